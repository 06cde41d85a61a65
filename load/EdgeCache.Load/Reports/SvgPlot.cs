using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeCache.Load.Reports;

/// <summary>One line of a plot.</summary>
internal sealed record Series(string Name, string Color, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A shaded stretch of the x axis, for faults.</summary>
internal sealed record Band(string Name, double From, double To);

/// <summary>A predicted range and mean with what was measured, one place on the x axis.</summary>
internal sealed record Whisker(string Name, double Low, double High, double Mean, double Measured);

/// <summary>A plot of lines or whiskers as inline SVG: no script, no file beside it, readable by a screen reader through its title.</summary>
internal sealed class SvgPlot(string title, string xLabel, string yLabel)
{
    private const int Width = 860;
    private const int Height = 280;
    private const int Left = 70;
    private const int Right = 15;
    private const int Bottom = 46;
    private const int Top = 48;
    private readonly StringBuilder _svg = new();
    private double _minX, _maxX = 1, _maxY = 1;

    public IReadOnlyList<Series> Series { get; init; } = [];

    public IReadOnlyList<Band> Bands { get; init; } = [];

    public IReadOnlyList<Whisker> Whiskers { get; init; } = [];

    /// <summary>True: the x axis shows powers of ten.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>True: the y axis is a share, shown in percent.</summary>
    public bool IsShare { get; init; }

    /// <summary>Colours and fonts inside the file, for an image that stands alone.</summary>
    public bool StandsAlone { get; init; }

    public string Draw()
    {
        Scale();
        var alone = StandsAlone
            ? $"xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\" color=\"#222\" "
            : "";
        Add($"<svg {alone}viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{Text(title)}</title>");
        if (StandsAlone)
        {
            Add($"<style>.t{{font-weight:600;font-size:15px}}.l{{font-size:11px}}.g{{stroke:#ccc}}.f{{fill:#d9534f33}}</style><rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        }

        Add($"<text x=\"{Left}\" y=\"18\" class=\"t\">{Text(title)}</text>");
        Shade();
        Axes();
        Legend();
        foreach (var series in Series)
        {
            var line = string.Join(' ', series.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
            Add($"<polyline fill=\"none\" stroke=\"{series.Color}\" stroke-width=\"1.8\" points=\"{line}\"/>");
        }

        DrawWhiskers();
        return _svg.Append("</svg>").ToString();
    }

    private void Scale()
    {
        var points = Series.SelectMany(s => s.Points).ToArray();
        var xs = points.Select(p => At(p.X)).Concat(Bands.Select(b => At(b.To))).ToArray();
        _minX = IsLogarithmic ? xs.DefaultIfEmpty(0).Min() : 0;
        _maxX = Math.Max(Whiskers.Count > 0 ? Whiskers.Count : xs.DefaultIfEmpty(1).Max(), _minX + 1e-9);
        _maxY = Nice(points.Select(p => p.Y).Concat(Whiskers.Select(w => Math.Max(w.High, w.Measured))).DefaultIfEmpty(1).Max());
    }

    private void Shade()
    {
        foreach (var band in Bands)
        {
            Add($"<rect class=\"f\" x=\"{X(band.From):F1}\" y=\"{Top}\" width=\"{Math.Max(1, X(band.To) - X(band.From)):F1}\" height=\"{Height - Top - Bottom}\"/>");
            Add($"<text x=\"{X(band.From) + 3:F1}\" y=\"{Top + 12}\" class=\"l\">{Text(band.Name)}</text>");
        }
    }

    private void Axes()
    {
        for (var i = 0; i <= 4; i++)
        {
            var y = _maxY * i / 4;
            Add($"<line class=\"g\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):F1}\" y2=\"{Y(y):F1}\"/><text class=\"l\" x=\"{Left - 6}\" y=\"{Y(y) + 4:F1}\" text-anchor=\"end\">{(IsShare ? Number(y * 100) + " %" : Number(y))}</text>");
        }

        foreach (var x in XMarks())
        {
            Add($"<text class=\"l\" x=\"{X(x):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Number(x)}</text>");
        }

        Add($"<text class=\"l\" x=\"{(Left + Width) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Text(xLabel)}</text>");
        Add($"<text class=\"l\" transform=\"translate(14,{(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(yLabel)}</text>");
    }

    private IEnumerable<double> XMarks()
    {
        if (Whiskers.Count > 0)
        {
            return [];
        }

        return IsLogarithmic
            ? Enumerable.Range((int)Math.Ceiling(_minX), Math.Max(0, (int)Math.Floor(_maxX) - (int)Math.Ceiling(_minX) + 1)).Select(e => Math.Pow(10, e))
            : Enumerable.Range(0, 5).Select(i => _maxX * i / 4);
    }

    private void Legend()
    {
        var at = (double)Left;
        foreach (var series in Series)
        {
            Add($"<rect x=\"{at:F0}\" y=\"29\" width=\"14\" height=\"4\" fill=\"{series.Color}\"/><text class=\"l\" x=\"{at + 19:F0}\" y=\"35\">{Text(series.Name)}</text>");
            at += 45 + (series.Name.Length * 6.5);
        }
    }

    private void DrawWhiskers()
    {
        for (var i = 0; i < Whiskers.Count; i++)
        {
            var w = Whiskers[i];
            var x = X(i + 0.5);
            var outside = w.Measured < w.Low || w.Measured > w.High;
            Add($"<rect x=\"{x - 9:F1}\" y=\"{Y(w.High):F1}\" width=\"18\" height=\"{Math.Max(1, Y(w.Low) - Y(w.High)):F1}\" fill=\"#4682b455\" stroke=\"#4682b4\"/>");
            Add($"<line x1=\"{x - 9:F1}\" x2=\"{x + 9:F1}\" y1=\"{Y(w.Mean):F1}\" y2=\"{Y(w.Mean):F1}\" stroke=\"#4682b4\" stroke-width=\"2\"/>");
            Add($"<circle cx=\"{x:F1}\" cy=\"{Y(w.Measured):F1}\" r=\"4\" fill=\"{(outside ? "#d9534f" : "#2e8b57")}\"/>");
            Add($"<text class=\"l\" x=\"{x:F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Text(w.Name)}</text>");
        }
    }

    // The next of 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8 × a power of ten: quarters of it are short to write.
    private static double Nice(double top)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(top, 1e-6))));
        return unit * new[] { 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10 }.First(f => top <= f * unit * 1.0001);
    }

    private double At(double x) => IsLogarithmic ? Math.Log10(x) : x;

    private double X(double x) => Left + ((At(x) - _minX) / (_maxX - _minX) * (Width - Left - Right));

    private double Y(double y) => Height - Bottom - (y / _maxY * (Height - Top - Bottom));

    private void Add(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "F0" : "G3", CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
