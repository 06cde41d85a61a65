using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeCache.Load.Reports;

/// <summary>One line of a plot.</summary>
internal sealed record Series(string Name, string Color, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A shaded stretch of the x axis, for faults.</summary>
internal sealed record Band(string Name, double From, double To);

/// <summary>A line plot as inline SVG: no script, no file beside it, readable by a screen reader through its title.</summary>
internal static class SvgPlot
{
    private const int Width = 860;
    private const int Height = 260;
    private const int Left = 70;
    private const int Bottom = 40;
    private const int Top = 30;

    public static string Draw(string title, string xLabel, string yLabel, IReadOnlyList<Series> series, IReadOnlyList<Band> bands)
    {
        var points = series.SelectMany(s => s.Points).ToArray();
        var maxX = Math.Max(points.Select(p => p.X).DefaultIfEmpty(1).Max(), 1e-9);
        var maxY = Math.Max(points.Select(p => p.Y).DefaultIfEmpty(1).Max() * 1.05, 1e-9);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{WebUtility.HtmlEncode(title)}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"18\" class=\"t\">{WebUtility.HtmlEncode(title)}</text>");
        foreach (var band in bands)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f\" x=\"{X(band.From):F1}\" y=\"{Top}\" width=\"{Math.Max(1, X(band.To) - X(band.From)):F1}\" height=\"{Height - Top - Bottom}\"><title>{WebUtility.HtmlEncode(band.Name)}</title></rect>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(band.From) + 3:F1}\" y=\"{Top + 12}\" class=\"l\">{WebUtility.HtmlEncode(band.Name)}</text>");
        }

        for (var i = 0; i <= 4; i++)
        {
            var y = maxY * i / 4;
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{Left}\" x2=\"{Width - 10}\" y1=\"{Y(y):F1}\" y2=\"{Y(y):F1}\"/><text class=\"l\" x=\"{Left - 6}\" y=\"{Y(y) + 4:F1}\" text-anchor=\"end\">{y:G3}</text>");
            var x = maxX * i / 4;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"l\" x=\"{X(x):F1}\" y=\"{Height - Bottom + 15}\" text-anchor=\"middle\">{x:G3}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"l\" x=\"{Width / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(xLabel)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"l\" transform=\"translate(14,{Height / 2}) rotate(-90)\" text-anchor=\"middle\">{WebUtility.HtmlEncode(yLabel)}</text>");
        var legend = Left + 320;
        foreach (var s in series)
        {
            var line = string.Join(' ', s.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{s.Color}\" stroke-width=\"1.6\" points=\"{line}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"l\" x=\"{legend}\" y=\"18\" style=\"fill:{s.Color}\">{WebUtility.HtmlEncode(s.Name)}</text>");
            legend += 40 + (s.Name.Length * 7);
        }

        return svg.Append("</svg>").ToString();

        double X(double x) => Left + (x / maxX * (Width - Left - 10));
        double Y(double y) => Height - Bottom - (y / maxY * (Height - Top - Bottom));
    }
}
