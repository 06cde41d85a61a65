using System.Diagnostics;

namespace EdgeCache.Load.Measuring;

/// <summary>Joins the ledger with the reads: how long after its acknowledgement a version was first seen on each node. Pure.</summary>
public static class Propagation
{
    /// <summary>Result: per node the quantiles, over all nodes the last one's, and the raw delays in seconds for the prediction.</summary>
    public sealed record Result(IReadOnlyDictionary<int, Quantiles> ByNode, Quantiles Last, IReadOnlyList<double> DelaySeconds);

    /// <summary>
    /// Looks at every version acknowledged in the measured part. Reads are sampled, so a first fresh answer is an upper bound: the node may have known earlier.
    /// Versions nobody read before the next one was written are left out.
    /// </summary>
    public static Result Of(VersionLedger ledger, IEnumerable<ReadSample> reads, int nodes, long startedAt)
    {
        var perNode = Enumerable.Range(0, nodes).Select(_ => new List<double>()).ToArray();
        var last = new List<double>();
        foreach (var group in reads.Where(r => r.Error is null && r.Version > 0).GroupBy(r => r.Key))
        {
            var byNode = group.GroupBy(r => r.Node).ToDictionary(g => g.Key, g => g.OrderBy(r => r.SentAt).ToArray());
            foreach (var written in ledger.History(group.Key).Where(w => w.AcknowledgedAt != long.MaxValue && w.AcknowledgedAt >= startedAt && w.Version > 1))
            {
                double worst = -1;
                foreach (var (node, list) in byNode)
                {
                    var delay = FirstFresh(list, written);
                    if (delay is null)
                    {
                        worst = double.NaN;
                        continue;
                    }

                    perNode[node].Add(delay.Value);
                    worst = Math.Max(worst, delay.Value);
                }

                if (worst >= 0 && byNode.Count == nodes)
                {
                    last.Add(worst);
                }
            }
        }

        var all = perNode.SelectMany(d => d).ToArray();
        return new Result(
            Enumerable.Range(0, nodes).ToDictionary(n => n, n => Summarise(perNode[n])),
            Summarise(last),
            all.Select(ms => ms / 1000).ToArray());
    }

    private static double? FirstFresh(ReadSample[] bySent, WrittenVersion written)
    {
        foreach (var read in bySent)
        {
            if (read.DoneAt > written.ReadableAt && read.Version >= written.Version)
            {
                return Math.Max(0, (read.SentAt - written.AcknowledgedAt) * 1000d / Stopwatch.Frequency);
            }
        }

        return null;
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
