using System.Globalization;
using System.Text;

namespace EdgeCache.Metrics;

/// <summary>Writes measurements in Prometheus' text exposition format 0.0.4. Pure.</summary>
internal static class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<Series> all)
    {
        var text = new StringBuilder();
        foreach (var metric in all.GroupBy(s => s.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var first = metric.First();
            if (first.Description.Length > 0)
            {
                text.Append("# HELP ").Append(metric.Key).Append(' ').Append(first.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            }

            text.Append("# TYPE ").Append(metric.Key).Append(' ').Append(Type(first.Kind)).Append('\n');
            foreach (var series in metric.OrderBy(s => s.Labels, StringComparer.Ordinal))
            {
                Write(text, series);
            }
        }

        return text.ToString();
    }

    /// <summary>A metric's name: dots become underscores; a counter ends in <c>_total</c>, a duration in its unit.</summary>
    public static string Name(string instrument, string? unit, SeriesKind kind)
    {
        var name = new string([.. instrument.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_')]);
        name += unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        return kind == SeriesKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var parts = new List<string>(tags.Length);
        foreach (var (key, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            parts.Add($"{new string([.. key.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')])}=\"{escaped}\"");
        }

        parts.Sort(StringComparer.Ordinal);
        return string.Join(',', parts);
    }

    private static void Write(StringBuilder text, Series series)
    {
        if (series.Kind != SeriesKind.Histogram)
        {
            Line(text, series.Name, series.Labels, series.Sum);
            return;
        }

        long below = 0;
        for (var i = 0; i < Series.Bounds.Length; i++)
        {
            below += series.Buckets[i];
            Line(text, series.Name + "_bucket", With(series.Labels, Series.Bounds[i].ToString("R", CultureInfo.InvariantCulture)), below);
        }

        Line(text, series.Name + "_bucket", With(series.Labels, "+Inf"), series.Count);
        Line(text, series.Name + "_sum", series.Labels, series.Sum);
        Line(text, series.Name + "_count", series.Labels, series.Count);
    }

    private static string With(string labels, string bound) => labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"";

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Type(SeriesKind kind) => kind switch
    {
        SeriesKind.Counter => "counter",
        SeriesKind.Gauge => "gauge",
        _ => "histogram",
    };
}
