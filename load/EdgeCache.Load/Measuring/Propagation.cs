using System.Diagnostics;

namespace EdgeCache.Load.Measuring;

/// <summary>One point of a distribution: this share of the values is at most so large.</summary>
public readonly record struct CdfPoint(double Value, double Share);

/// <summary>How long changes of the probe's key took to be visible, milliseconds from acknowledgement, over all nodes.</summary>
public sealed record ProbedDelays(Quantiles Quantiles, IReadOnlyList<CdfPoint> Cdf);

/// <summary>How a node saw changes, in milliseconds from acknowledgement: the last old answer and the first fresh one; the truth lies in between.</summary>
public sealed record NodePropagation(Quantiles LastOld, Quantiles FirstFresh, IReadOnlyList<CdfPoint> FirstFreshCdf);

/// <summary>Joins the ledger with the reads: how long after its acknowledgement a version was first seen on each node. Pure.</summary>
public static class Propagation
{
    private const int CdfPoints = 60;

    /// <summary>Result: per node, and the first fresh answer of the node that was last.</summary>
    public sealed record Result(IReadOnlyDictionary<int, NodePropagation> ByNode, Quantiles Last);

    /// <summary>
    /// Looks at every version acknowledged in the measured part. Reads are samples, so a first fresh answer is an upper bound: the node may have known earlier, and the last
    /// old answer is the lower one. Versions that a node was not asked for before the next one was written are left out for it.
    /// </summary>
    public static Result Of(VersionLedger ledger, IEnumerable<ReadSample> reads, int nodes, long startedAt)
    {
        var perNode = Enumerable.Range(0, nodes).Select(_ => (Old: new List<double>(), Fresh: new List<double>())).ToArray();
        var last = new List<double>();
        foreach (var group in reads.Where(r => r.Error is null && r.Version > 0).GroupBy(r => r.Key))
        {
            var byNode = group.GroupBy(r => r.Node).ToDictionary(g => g.Key, g => g.OrderBy(r => r.SentAt).ToArray());
            var versions = ledger.History(group.Key);
            foreach (var written in versions.Where(w => w.Version > 1 && w.AcknowledgedAt != long.MaxValue && w.AcknowledgedAt >= startedAt))
            {
                double worst = 0;
                var seen = 0;
                foreach (var (node, list) in byNode)
                {
                    if (Bracket(list, written, versions) is { } bracket)
                    {
                        perNode[node].Old.Add(bracket.LastOld);
                        perNode[node].Fresh.Add(bracket.FirstFresh);
                        worst = Math.Max(worst, bracket.FirstFresh);
                        seen++;
                    }
                }

                if (seen == nodes)
                {
                    last.Add(worst);
                }
            }
        }

        return new Result(
            Enumerable.Range(0, nodes).ToDictionary(n => n, n => new NodePropagation(Summarise(perNode[n].Old), Summarise(perNode[n].Fresh), Cdf(perNode[n].Fresh))),
            Summarise(last));
    }

    /// <summary>Quantiles and distribution of values.</summary>
    public static ProbedDelays Distribution(List<double> values)
    {
        var quantiles = Summarise(values);
        return new ProbedDelays(quantiles, Cdf(values));
    }

    private static (double LastOld, double FirstFresh)? Bracket(ReadSample[] bySent, WrittenVersion written, IReadOnlyList<WrittenVersion> versions)
    {
        var nextAt = written.Version < versions.Count ? versions[(int)written.Version].ReadableAt : long.MaxValue;
        var old = 0d;
        foreach (var read in bySent)
        {
            if (read.SentAt > written.AcknowledgedAt && read.Version < written.Version)
            {
                old = Milliseconds(read.SentAt - written.AcknowledgedAt);
            }
            else if (read.DoneAt > written.ReadableAt && read.Version >= written.Version)
            {
                // A later version says when that one arrived, not this one, unless old answers of this one were still given.
                return read.Version == written.Version || old > 0 || read.SentAt < nextAt
                    ? (old, Math.Max(old, Milliseconds(read.SentAt - written.AcknowledgedAt)))
                    : null;
            }
        }

        return null;
    }

    private static double Milliseconds(long ticks) => Math.Max(0, ticks * 1000d / Stopwatch.Frequency);

    private static CdfPoint[] Cdf(List<double> sorted)
    {
        var points = Math.Min(CdfPoints, sorted.Count);
        return [.. Enumerable.Range(1, points).Select(i => new CdfPoint(sorted[(i * sorted.Count / points) - 1], (double)i / points))];
    }

    private static Quantiles Summarise(List<double> values)
    {
        if (values.Count == 0)
        {
            return new Quantiles(0, 0, 0, 0, 0, 0);
        }

        values.Sort();
        double At(double q) => values[(int)Math.Min(values.Count - 1, q * values.Count)];
        return new Quantiles(At(0.5), At(0.9), At(0.99), At(0.999), values[^1], values.Count);
    }
}
