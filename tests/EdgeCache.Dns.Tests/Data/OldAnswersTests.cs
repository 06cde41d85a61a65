using System.Text;
using EdgeCache.Dns.Data;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Dns.Tests.Data;

public sealed class OldAnswersTests
{
    private const string Soa = "@ SOA 900 ns h 1 2 3 4 300";

    /// <summary>Changed record, TTL before (-1: it was not there), records around as name, type, TTL and value, and the longest life of an old answer.</summary>
    [Theory]
    [InlineData("www A", 120, "", 120)]
    [InlineData("www A", -1, "", 60)]
    [InlineData("www A", -1, Soa, 300)]
    [InlineData("www A", -1, "@ SOA 30 ns h 1 2 3 4 300", 30)]
    [InlineData("www A", -1, Soa + "|* A 7200 192.0.2.1", 7_200)]
    [InlineData("www A", 120, Soa + "|* A 7200 192.0.2.1", 120)]
    [InlineData("b.a A", -1, Soa + "|*.a CNAME 400 x", 400)]
    [InlineData("b.a A", -1, Soa + "|* CNAME 5000 x", 5_000)]
    [InlineData("b.a A", -1, Soa + "|a DNAME 6000 y", 6_000)]
    [InlineData("@ NS", 700, Soa, 700)]
    [InlineData("sub NS", 700, Soa, 700 + OldAnswers.MaxForeignTtl)]
    [InlineData("sub NS", -1, Soa, 300 + OldAnswers.MaxForeignTtl)]
    [InlineData("ns.sub A", 50, Soa + "|sub NS 700 ns.sub", 50 + OldAnswers.MaxForeignTtl)]
    [InlineData("sub AAAA", 50, Soa + "|sub NS 700 sub", 50 + OldAnswers.MaxForeignTtl)]
    [InlineData("page DOC", 44, Soa, 44)]
    public void MaxLife_CountsWhatWasAnsweredBefore(string changed, int ttlBefore, string around, long expected)
    {
        var key = Key(changed);
        Record? before = ttlBefore < 0 ? null : Made(key, ttlBefore, "x");
        IReadOnlyList<RecordKey> deciding = OldAnswers.Deciding(key);
        Record[] there = [.. around.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static r => r.Split(' ', 4)).Select(static w => Made(new RecordKey(w[0], w[1]), int.Parse(w[2], null), w[3]))];
        Assert.All(there.Where(_ => key.IsDns), r => Assert.True(r.Key is { Name: "@" } || deciding.Contains(r.Key), $"{r.Key} is asked for"));
        Assert.Equal(expected, OldAnswers.MaxLife(new RecordChange(Made(key, 1, "y"), before), there));
    }

    /// <summary>The TTLs of the record's versions, oldest first, a second apart from 0 on (-1: a tombstone); the last is the change. Until when answers from before the last but one may live; absence counts a minute.</summary>
    [Theory]
    [InlineData("60", 0)]
    [InlineData("10 10", 60_000 + 500)]
    [InlineData("3600 60 60", 1_000 + 3_600_000 + 500)]
    [InlineData("3600 7200 60 60", 2_000 + 7_200_000 + 500)]
    [InlineData("3600 -1 60 60", 1_000 + 3_600_000 + 500)]
    [InlineData("60 3600 60", 1_000 + 60_000 + 500)]
    public void EarlierUntil_CountsTtlsThatWereLoweredBefore(string ttls, long expected)
    {
        var key = Key("www A");
        Record[] versions = [.. ttls.Split(' ').Select((t, i) => Made(key, Math.Max(int.Parse(t, null), 0), "x") with
        {
            IsDeleted = t == "-1", CommittedAt = i * 1_000, Version = new RecordVersion(i + 1, HybridTimestamp.From(i * 1_000, 0), "o"),
        })];
        var change = new RecordChange(versions[^1], versions.ElementAtOrDefault(versions.Length - 2));
        Assert.Equal(expected, OldAnswers.EarlierUntil(change, [.. versions.Reverse()], [], TimeSpan.FromMilliseconds(500)));
    }

    /// <summary>An authority that was cut off answered with the long time to live until it caught up, whenever the short one was committed.</summary>
    [Theory]
    [InlineData(0, 1_000 + 3_600_000 + 500)]
    [InlineData(500, 1_000 + 3_600_000 + 500)]
    [InlineData(900_000, 900_000 + 3_600_000 + 500)]
    public void EarlierUntil_CountsFromWhenTheLastAuthorityHadCaughtUp(long steadySince, long expected)
    {
        var key = Key("www A");
        Record[] versions = [.. new[] { 3_600, 60, 60 }.Select((ttl, i) => Made(key, ttl, "x") with { CommittedAt = i * 1_000, Version = new RecordVersion(i + 1, HybridTimestamp.From(i * 1_000, 0), "o") })];
        var change = new RecordChange(versions[2], versions[1]);
        Assert.Equal(expected, OldAnswers.EarlierUntil(change, [.. versions.Reverse()], [], TimeSpan.FromMilliseconds(500), steadySince));
    }

    [Fact]
    public void WithHistory_OfADocument_IsNothing() => Assert.Empty(OldAnswers.WithHistory(new RecordChange(Made(Key("page DOC"), 60, "x"), null)));

    [Fact]
    public void EarlierUntil_CountsALongerTimeOfAbsence()
    {
        Record[] soas = [Soa(900, 30, 5), Soa(900, 300, 0)];
        var change = new RecordChange(Made(Key("new A"), 60, "x") with { Version = new RecordVersion(9, HybridTimestamp.From(9_000, 0), "o") }, null);
        Assert.Contains(soas[0].Key, OldAnswers.WithHistory(change));
        Assert.Equal(5_000 + 300_000, OldAnswers.EarlierUntil(change, soas, [], TimeSpan.Zero));

        static Record Soa(int ttl, int minimum, int at) => Made(Key("@ SOA"), ttl, $"ns h 1 2 3 4 {minimum}") with
        {
            CommittedAt = at * 1_000,
            Version = new RecordVersion(at + 1, HybridTimestamp.From(at * 1_000, 0), "o"),
        };
    }

    private static RecordKey Key(string text) => new(text.Split(' ')[0], text.Split(' ')[1]);

    private static Record Made(RecordKey key, int ttl, string value) =>
        new() { Key = key, Value = Encoding.ASCII.GetBytes(value), ContentType = "text/plain", Ttl = ttl, Version = default, CommittedAt = 0 };
}
