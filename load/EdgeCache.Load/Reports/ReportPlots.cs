namespace EdgeCache.Load.Reports;

/// <summary>The plots of a report, each with the sentence that says how to read it.</summary>
internal static class ReportPlots
{
    private const double MillisecondFloor = 0.1;
    private static readonly string[] Colors = ["#4682b4", "#2e8b57", "#d9534f", "#b8860b", "#8a2be2", "#008b8b"];

    public static IEnumerable<(string Plot, string Caption)> All(RunReport report)
    {
        var m = report.Measured;
        var faults = report.Faults.Select(f => new Band($"{f.Kind} {f.What}", f.FromSeconds, f.ToSeconds)).ToArray();
        yield return (
            new SvgPlot("Answers over time", "seconds into the run", "per second")
            {
                Series =
                [
                    new("answers", Colors[0], [.. m.Seconds.Select(s => ((double)s.Second, (double)s.Answers))]),
                    new("stale", Colors[2], [.. m.Seconds.Select(s => ((double)s.Second, (double)s.Stale))]),
                    new("failed", Colors[3], [.. m.Seconds.Select(s => ((double)s.Second, (double)s.Errors))]),
                ],
                Bands = faults,
            }.Draw(),
            "Answers of each second, those of them that were stale, and reads that failed. Shaded: faults.");
        yield return (
            new SvgPlot("Staleness over time", "seconds into the run", "milliseconds")
            {
                Series =
                [
                    new("worst stale answer", Colors[2], [.. m.Seconds.Select(s => ((double)s.Second, s.WorstStaleMilliseconds))]),
                    .. m.Stale == 0 ? Array.Empty<Series>() : [new("bound", Colors[3], [(0, report.Bound.Milliseconds), (m.Seconds.Max(s => s.Second), report.Bound.Milliseconds)])],
                ],
                Bands = faults,
            }.Draw(),
            "How long the oldest missed version had been acknowledged, in the worst answer of each second, beside the bound that was announced.");
        if (report.Propagation.Values.Any(p => p.FirstFreshCdf.Count > 0))
        {
            yield return (
                new SvgPlot("From acknowledgement to first fresh answer", "milliseconds, logarithmic", "share of changes")
                {
                    Series = [.. report.Propagation.Select((n, i) => new Series(n.Key, Colors[i % Colors.Length],
                        [(MillisecondFloor, 0), .. n.Value.FirstFreshCdf.Select(p => (Math.Max(MillisecondFloor, p.Value), p.Share))])),
                        .. report.Probe is { } probe ? new[] { new Series("probe", Colors[4], [(MillisecondFloor, 0), .. probe.Cdf.Select(p => (Math.Max(MillisecondFloor, p.Value), p.Share))]) } : []],
                    IsLogarithmic = true,
                    IsShare = true,
                }.Draw(),
                "Cumulative distribution per node. Reads are samples: where a key is read every 100 ms, nothing quicker than that can be seen; the probe reads a key of its own without pause.");
        }

        if (report.Predicted is { } predicted)
        {
            yield return (PredictedPlot(report, predicted), "Bars: 95 % band of the prediction for the whole and for the keys read most; dots: what was measured.");
        }
    }

    private static string PredictedPlot(RunReport report, Running.RunPrediction predicted)
    {
        var m = report.Measured;
        var rows = new List<Whisker> { new("all", predicted.Share.Low, predicted.Share.High, predicted.Share.Mean, m.StaleRate) };
        foreach (var key in predicted.Keys)
        {
            if (m.Keys.FirstOrDefault(k => k.Key == key.Key) is { Decided: > 0 } count)
            {
                rows.Add(new($"key {key.Key}", key.Share.Low, key.Share.High, key.Share.Mean, (double)count.Stale / count.Decided));
            }
        }

        return new SvgPlot("Predicted and measured stale share", "", "share of answers") { Whiskers = rows, IsShare = true }.Draw();
    }
}
