using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Checking;

/// <summary>
/// Checks recorded histories of all sessions together: that writes of one session are seen in their order, and that no answer is older than a bound. It knows only unique versions
/// per key and times of one clock; overlapping operations say nothing.
/// </summary>
public static class HistoryChecker
{
    /// <summary>
    /// Monotonic writes: who has seen a session's later write does not afterwards see a key without the session's earlier one. The earlier write had been acknowledged before the
    /// later one was acknowledged by the same session, which writes one at a time.
    /// </summary>
    public static IReadOnlyList<SessionViolation> MonotonicWrites(IEnumerable<ReadSample> reads, IReadOnlyCollection<SessionWrite> writes)
    {
        var entitlements = Entitlements(writes);
        var found = new List<SessionViolation>();
        foreach (var session in reads.Where(r => r.Error is null && r.Session >= 0).GroupBy(r => r.Session))
        {
            var known = new Dictionary<int, long>();
            var ended = new PriorityQueue<ReadSample, long>();
            foreach (var read in session.OrderBy(r => r.SentAt))
            {
                while (ended.TryPeek(out var earlier, out var doneAt) && doneAt < read.SentAt)
                {
                    ended.Dequeue();
                    Learn(known, entitlements.GetValueOrDefault((earlier.Key, earlier.Version)));
                }

                if (known.TryGetValue(read.Key, out var entitled) && read.Version < entitled)
                {
                    found.Add(new SessionViolation("monotonic-writes", read.Session, read.Key, read.Node, read.SentAt, read.Version, entitled));
                }

                ended.Enqueue(read, read.DoneAt);
            }
        }

        return found;
    }

    /// <summary>Bounded staleness: no answer is older than what had been acknowledged <paramref name="bound"/> before it was asked for.</summary>
    public static IReadOnlyList<SessionViolation> BoundedStaleness(IEnumerable<ReadSample> reads, IEnumerable<SessionWrite> writes, long bound)
    {
        var byKey = writes.GroupBy(w => w.Key).ToDictionary(g => g.Key, g => g.OrderBy(w => w.AcknowledgedAt).ToArray());
        var found = new List<SessionViolation>();
        foreach (var read in reads.Where(r => r.Error is null && byKey.ContainsKey(r.Key)))
        {
            var entitled = byKey[read.Key].TakeWhile(w => w.AcknowledgedAt < read.SentAt - bound).Select(w => w.Version).DefaultIfEmpty(0).Max();
            if (read.Version < entitled)
            {
                found.Add(new SessionViolation("bounded-staleness", read.Session, read.Key, read.Node, read.SentAt, read.Version, entitled));
            }
        }

        return found;
    }

    /// <summary>Per write: the versions, by key, that its session had written before.</summary>
    private static Dictionary<(int Key, long Version), IReadOnlyDictionary<int, long>> Entitlements(IReadOnlyCollection<SessionWrite> writes)
    {
        var all = new Dictionary<(int Key, long Version), IReadOnlyDictionary<int, long>>();
        foreach (var session in writes.GroupBy(w => w.Session))
        {
            var before = new Dictionary<int, long>();
            foreach (var write in session.OrderBy(w => w.AcknowledgedAt))
            {
                all[(write.Key, write.Version)] = new Dictionary<int, long>(before);
                before[write.Key] = Math.Max(before.GetValueOrDefault(write.Key), write.Version);
            }
        }

        return all;
    }

    private static void Learn(Dictionary<int, long> known, IReadOnlyDictionary<int, long>? more)
    {
        foreach (var (key, version) in more ?? new Dictionary<int, long>())
        {
            known[key] = Math.Max(known.GetValueOrDefault(key), version);
        }
    }
}
