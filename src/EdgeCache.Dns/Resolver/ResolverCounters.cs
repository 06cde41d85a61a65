using System.Diagnostics.Metrics;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Transport;

namespace EdgeCache.Dns.Resolver;

/// <summary>How a client's question ended.</summary>
internal enum AnswerSource
{
    /// <summary>From the cache, on the receiving thread.</summary>
    Hit,

    /// <summary>Servers were asked, or another client's question was joined.</summary>
    Miss,

    /// <summary>An old answer, since no new one could be had in time (RFC 8767).</summary>
    Stale,

    /// <summary>SERVFAIL.</summary>
    Failed,

    /// <summary>The query itself earned an error.</summary>
    Refused,
}

/// <summary>What one resolver counts. Spread over slots so that receiving threads do not share a line. Thread-safe.</summary>
internal sealed class ResolverCounters
{
    private const int Slots = 16;
    private const int Stride = 16;
    private static readonly AnswerSource[] Sources = Enum.GetValues<AnswerSource>();
    private readonly long[] _answers = new long[Slots * Stride];
    private long _prefetched;

    public long Prefetched => Volatile.Read(ref _prefetched);

    public void Add(AnswerSource source) => Interlocked.Increment(ref _answers[((Environment.CurrentManagedThreadId & (Slots - 1)) * Stride) + (int)source]);

    public void Prefetch() => Interlocked.Increment(ref _prefetched);

    public long Of(AnswerSource source)
    {
        long sum = 0;
        for (int slot = 0; slot < Slots; slot++)
        {
            sum += Volatile.Read(ref _answers[(slot * Stride) + (int)source]);
        }

        return sum;
    }

    /// <summary>Publishes the counts with those of the parts; tags are closed sets.</summary>
    public void Publish(IMeterFactory meters, string resolver, DnsCache cache, UpstreamCounters upstream, CacheWriter writer, RunningQuestions running)
    {
        Meter meter = meters.Create("EdgeCache.Dns");
        KeyValuePair<string, object?> tag = new("resolver", resolver);
        meter.CreateObservableCounter("edgecache.dns.resolver.answers", () => Sources.Select(s => Tagged(Of(s), tag, "source", Word(s))));
        meter.CreateObservableCounter("edgecache.dns.resolver.upstream", () => new[]
        {
            Tagged(upstream.Udp, tag, "kind", "udp"), Tagged(upstream.Tcp, tag, "kind", "tcp"), Tagged(upstream.Timeouts, tag, "kind", "timeout"),
        });
        meter.CreateObservableCounter(
            "edgecache.dns.resolver.near_misses",
            () => Enum.GetValues<ReplyMatch>().Where(static m => m != ReplyMatch.Match).Select(m => Tagged(upstream.Of(m), tag, "fault", Word(m))),
            description: "Replies that did not belong to the question");
        meter.CreateObservableCounter("edgecache.dns.resolver.joined", () => new Measurement<long>(running.Joined, tag), description: "Clients that joined a question under way");
        meter.CreateObservableCounter("edgecache.dns.resolver.prefetched", () => new Measurement<long>(Prefetched, tag));
        meter.CreateObservableCounter("edgecache.dns.resolver.behind", () => new Measurement<long>(writer.Behind, tag), description: "Answers not kept: their authority was behind the log");
        meter.CreateObservableGauge("edgecache.dns.cache.entries", () => new Measurement<long>(cache.Count, tag));
        meter.CreateObservableGauge("edgecache.dns.cache.size", () => new Measurement<long>(cache.Bytes, tag), unit: "By");
        meter.CreateObservableCounter("edgecache.dns.cache.evicted", () => new Measurement<long>(cache.Evicted, tag));
    }

    private static Measurement<long> Tagged(long value, KeyValuePair<string, object?> tag, string key, string word) => new(value, tag, new(key, word));

    private static string Word(AnswerSource source) => source switch
    {
        AnswerSource.Hit => "hit",
        AnswerSource.Miss => "miss",
        AnswerSource.Stale => "stale",
        AnswerSource.Failed => "failed",
        _ => "refused",
    };

    private static string Word(ReplyMatch match) => match switch
    {
        ReplyMatch.NotAReply => "not-a-reply",
        ReplyMatch.WrongId => "wrong-id",
        ReplyMatch.WrongQuestion => "wrong-question",
        _ => "wrong-case",
    };
}
