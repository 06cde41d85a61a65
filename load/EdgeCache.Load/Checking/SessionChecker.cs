using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Checking;

/// <summary>A broken session guarantee: the read that shows it, and the version the session was entitled to.</summary>
public sealed record SessionViolation(string Guarantee, int Session, int Key, int Node, long SentAt, long Version, long EntitledTo);

/// <summary>
/// Checks recorded histories against session guarantees (Terry et al., 1994). It knows nothing of how a target works: only unique versions per key and times.
/// Two operations count as ordered when the first had ended before the second was sent; overlapping ones say nothing.
/// </summary>
public static class SessionChecker
{
    /// <summary>Name of the guarantee that <see cref="CommentsWithoutPosts"/> checks.</summary>
    public const string Causal = "causal";

    /// <summary>Monotonic reads: a session never sees a key go back.</summary>
    public static IReadOnlyList<SessionViolation> MonotonicReads(IEnumerable<ReadSample> reads)
    {
        var found = new List<SessionViolation>();
        foreach (var group in reads.Where(Counts).GroupBy(r => (r.Session, r.Key)))
        {
            // Sweep by time: the best version among reads that had ended when this one was sent.
            var bySent = group.OrderBy(r => r.SentAt).ToArray();
            var byDone = group.OrderBy(r => r.DoneAt).ToArray();
            long best = 0;
            var ended = 0;
            foreach (var read in bySent)
            {
                for (; ended < byDone.Length && byDone[ended].DoneAt < read.SentAt; ended++)
                {
                    best = Math.Max(best, byDone[ended].Version);
                }

                if (read.Version < best)
                {
                    found.Add(new SessionViolation("monotonic-reads", read.Session, read.Key, read.Node, read.SentAt, read.Version, best));
                }
            }
        }

        return found;
    }

    /// <summary>Read your writes: a session sees at least the versions it wrote itself and was told of.</summary>
    public static IReadOnlyList<SessionViolation> ReadYourWrites(IEnumerable<ReadSample> reads, IReadOnlyCollection<SessionWrite> writes)
    {
        var bySession = writes.GroupBy(w => (w.Session, w.Key)).ToDictionary(g => g.Key, g => g.OrderBy(w => w.AcknowledgedAt).ToArray());
        var found = new List<SessionViolation>();
        foreach (var read in reads.Where(Counts))
        {
            if (!bySession.TryGetValue((read.Session, read.Key), out var own))
            {
                continue;
            }

            var entitled = own.Where(w => w.AcknowledgedAt < read.SentAt).Select(w => w.Version).DefaultIfEmpty(0).Max();
            if (read.Version < entitled)
            {
                found.Add(new SessionViolation("read-your-writes", read.Session, read.Key, read.Node, read.SentAt, read.Version, entitled));
            }
        }

        return found;
    }

    /// <summary>Writes follow reads: who has seen a comment sees the post that was acknowledged before the comment was written.</summary>
    public static IReadOnlyList<SessionViolation> CommentsWithoutPosts(IEnumerable<FeedRead> reads, IReadOnlyDictionary<(int Comment, long Version), long> posts)
    {
        var found = new List<SessionViolation>();
        foreach (var (comment, post) in reads)
        {
            if (comment.Error is null && post is { Error: null, Version: > 0 }
                && posts.TryGetValue((comment.Key, comment.Version), out var entitled) && post.Version < entitled)
            {
                found.Add(new SessionViolation(Causal, post.Session, post.Key, post.Node, post.SentAt, post.Version, entitled));
            }
        }

        return found;
    }

    // A negative session is an anonymous arrival.
    private static bool Counts(ReadSample read) => read.Error is null && read.Version > 0 && read.Session >= 0;
}

/// <summary>A comment and then its post, read by the same reader; the second was sent after the first had been answered.</summary>
public readonly record struct FeedRead(ReadSample Comment, ReadSample Post);

/// <summary>A write that a session made and was told of.</summary>
public readonly record struct SessionWrite(int Session, int Key, long Version, long AcknowledgedAt);
