using System.Globalization;
using System.Text;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Reports;

namespace EdgeCache.Load.Grid;

/// <summary>EdgeCache, nginx and Unbound on one chart: the stale share over the TTL, under the same writes.</summary>
internal static class Comparison
{
    private const int KeysPerCell = 12;
    private const double WritesPerSecond = 0.1;
    private const double ReadsPerKeyAndNode = 2;
    private const int Seed = 21;
    private static readonly double[] Ttls = [2, 5, 10, 20, 40];
    private static readonly bool[] Purges = [false, true];
    private static readonly string[] Colors = ["#4682b4", "#b8860b", "#8a2be2", "#008b8b"];

    /// <summary>Measures; a Markdown table and a chart (SVG). Null when it was interrupted.</summary>
    public static async Task<(string Table, string Chart)?> RunAsync(IReadOnlyList<string> program, double seconds, Action<string> progress, CancellationToken cancellation)
    {
        var plan = new CellPlan(from purge in Purges from t in Ttls select (WritesPerSecond, t, purge), KeysPerCell);
        await using var caches = await ComparedCaches.StartAsync(plan, program, progress, cancellation);
        var results = await new CellRun(plan, caches, ReadsPerKeyAndNode, Seed).GoAsync(seconds, progress, cancellation);
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        // What is purged is purged at EdgeCache only: neither nginx as packaged nor Unbound can be told.
        List<(string Name, double[] Shares)> lines =
        [
            ("closed form, TTL alone", [.. Ttls.Select(t => StaleShare.TtlOnly(WritesPerSecond, ReadsPerKeyAndNode, t))]),
            .. caches.Targets.Select((t, node) => (Name: node == 0 ? "EdgeCache, TTL alone" : t.Name, Shares: Shares(results, node, purge: false))),
            ("EdgeCache, purged on write", Shares(results, 0, purge: true)),
        ];
        return (Table(lines), Chart(lines));
    }

    private static double[] Shares(IReadOnlyList<CellResult> results, int node, bool purge) =>
        [.. Ttls.Select(t => results.Where(r => r.Node == node && r.Cell.Purge == purge && r.Cell.TtlSeconds.Equals(t)).Aggregate(default(StaleCount), (s, r) => s + r.Count).Share)];

    private static string Table(List<(string Name, double[] Shares)> lines)
    {
        var text = new StringBuilder($"| stale share at TTL | {string.Join(" | ", Ttls.Select(t => $"{t} s"))} |\n|---|{string.Concat(Ttls.Select(_ => "---|"))}\n");
        foreach (var (name, shares) in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", shares.Select(s => s.ToString("P2", CultureInfo.InvariantCulture)))} |\n");
        }

        return text.ToString();
    }

    private static string Chart(List<(string Name, double[] Shares)> lines) =>
        new SvgPlot("Stale answers over the TTL: one write in ten seconds, two reads a second, per key", "TTL, seconds", "share of answers")
        {
            Series = [.. lines.Select((l, i) => new Series(l.Name, i == 0 ? "#999999" : i == lines.Count - 1 ? "#2e8b57" : Colors[(i - 1) % Colors.Length], [.. Ttls.Zip(l.Shares)]))],
            IsShare = true,
            StandsAlone = true,
        }.Draw();
}
