using System.Globalization;
using System.Text;

namespace EdgeCache.Load.Bench;

/// <summary>What one contestant reached in one round. What a benchmark does not measure is NaN.</summary>
internal sealed record Score(double PerSecond, double CpuMicroseconds, double P50Microseconds, double P99Microseconds, string Note = "");

/// <summary>All rounds of a benchmark: medians, and the ratio to the first contestant, which is the peer.</summary>
internal sealed class ScoreBoard(string title, string note)
{
    private readonly List<(string Contestant, List<Score> Rounds)> _rows = [];

    public void Add(string contestant, Score score)
    {
        var row = _rows.Find(r => r.Contestant == contestant);
        if (row.Rounds is null)
        {
            _rows.Add(row = (contestant, []));
        }

        row.Rounds.Add(score);
    }

    public override string ToString()
    {
        var text = new StringBuilder($"### {title}\n\n{note}\n\n| | per second | × {_rows[0].Contestant} | µs CPU each | × {_rows[0].Contestant} | p50 µs | p99 µs | rounds, spread |\n|---|---|---|---|---|---|---|---|\n");
        var first = _rows[0].Rounds;
        foreach (var (contestant, rounds) in _rows)
        {
            var speed = Median(rounds, r => r.PerSecond);
            var cpu = Median(rounds, r => r.CpuMicroseconds);
            var spread = (rounds.Max(r => r.PerSecond) - rounds.Min(r => r.PerSecond)) / speed;
            text.Append(CultureInfo.InvariantCulture, $"| {contestant}{rounds[0].Note} | {Text(speed, "N0")} | {Text(speed / Median(first, r => r.PerSecond), "F2")} | {Text(cpu, "F1")} | {Text(Median(first, r => r.CpuMicroseconds) / cpu, "F2")} | {Text(Median(rounds, r => r.P50Microseconds), "N0")} | {Text(Median(rounds, r => r.P99Microseconds), "N0")} | {rounds.Count}, {spread:P0} |\n");
        }

        return text.ToString();
    }

    private static string Text(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";

    private static double Median(List<Score> rounds, Func<Score, double> of)
    {
        var sorted = rounds.Select(of).Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
