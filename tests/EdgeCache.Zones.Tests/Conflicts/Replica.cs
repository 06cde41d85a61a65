using System.Text;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Conflicts;

/// <summary>One record in one region, driven by the rules alone; its clock is off by a skew.</summary>
internal sealed class Replica(string region, ConflictRule rule, RecordKey key, long skew)
{
    private long _serial;

    public Record? State { get; private set; }

    /// <summary>What stores must agree on.</summary>
    public string Digest => State is null ? "" : Bytes(State);

    public static string Bytes(Record state) => Convert.ToHexString(RecordCodec.Encode(state with { CommittedAt = 0 }).Span);

    public Record Write(long now, string value, VersionVector? seen = null, CrdtEdit? edit = null, bool delete = false)
    {
        var state = new Record
        {
            Key = key,
            Value = Encoding.UTF8.GetBytes(delete ? "" : value),
            ContentType = "text/plain",
            Ttl = 30,
            Version = new RecordVersion(++_serial, HybridTimestamp.From(now + skew, 0), region),
            CommittedAt = now,
            IsDeleted = delete,
        };
        var write = new RecordWrite(state, default) { Seen = seen, Edit = edit };
        var source = new DotSource(region, state.Version.Clock);
        var outcome = rule switch
        {
            ConflictRule.Siblings => LocalMerge.Siblings(State, write, source),
            ConflictRule.Crdt => LocalMerge.Crdt(State, write, source),
            _ => State is null || state.Version.WinsOver(State.Version) ? new MergeOutcome { Standing = state } : new MergeOutcome { Standing = State },
        };
        Assert.Null(outcome.Error);
        return State = outcome.Standing!;
    }

    public void Receive(Record? incoming)
    {
        if (incoming is not null)
        {
            State = ConflictMerge.Merge(State, incoming, rule).Standing;
        }
    }
}
