using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>What each record of a whole zone takes of memory on its way into the log: what survives a collection is what everybody waits for.</summary>
public sealed class WholeZoneCostTests
{
    private const int Names = 10_000;

    private readonly CommitRequest _request = Commit(
        [.. Enumerable.Range(0, Names).Select(i => new RecordWrite(Value(new RecordKey($"n{i:00000}", "A"), "192.0.2.1", 2) with { Tags = [] }, new Guard(GuardKind.Newer)))], []);

    private readonly Record?[] _before = [.. Enumerable.Range(0, Names).Select(i => Value(new RecordKey($"n{i:00000}", "A"), "192.0.2.2") with { Tags = [] })];

    [Fact]
    public void Commit_OfAWholeZone_TakesABoundedNumberOfBytesARecord()
    {
        var decision = Decide();
        var encoded = LogEntryCodec.Encode(decision.Entry!);
        Assert.InRange(Cost(() => Decide()), 1, 500);
        Assert.InRange(Cost(() => LogEntryCodec.Encode(decision.Entry!)), 1, 200);
        Assert.InRange(Cost(() => LogEntryCodec.TryDecode(encoded.Span, out _, out _)), 1, 600);

        // One buffer for all of them.
        var writer = new EncodedWriter();
        RecordCodec.Write(writer, decision.Result.Written[0]);
        Assert.InRange(Cost(() => WriteEach(writer, decision.Result.Written)), 0, 1);
    }

    private static void WriteEach(EncodedWriter writer, IReadOnlyList<Record> records)
    {
        for (var i = 0; i < records.Count; i++)
        {
            writer.Clear();
            RecordCodec.Write(writer, records[i]);
        }
    }

    private CommitDecision Decide() => CommitRules.Decide(_request, ZonePolicy.Standard, new LogHead(new Epoch(1), 1, 1, 1), _before, null, "", 1_800_000_000_000);

    /// <summary>Bytes a record; the first time is left out, since then the program is still put together.</summary>
    private static long Cost(Action act)
    {
        act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Names;
    }
}
