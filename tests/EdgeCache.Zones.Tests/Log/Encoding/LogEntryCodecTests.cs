using CsCheck;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Zones.Tests.Log.Encoding;

public sealed class LogEntryCodecTests
{
    private static readonly Gen<string> Text = Gen.Char.Where(c => !char.IsSurrogate(c)).Array[0, 12].Select(c => new string(c));

    private static readonly Gen<Zones.Records.Record> Records =
        from name in Gen.Int[0, 3].Select(i => new[] { "@", "www", "*.a", "deep.er.name" }[i])
        from type in Gen.Int[0, 3].Select(i => new[] { "A", "TXT", "DOC", "TYPE65280" }[i])
        from value in Gen.Byte.Array[0, 300]
        from contentType in Text
        from ttl in Gen.Int[0, 604_800]
        from tags in Text.Array[0, 4]
        from serial in Gen.Long
        from clock in Gen.ULong
        from origin in Text
        from at in Gen.Long
        from deleted in Gen.Bool
        from context in Gen.Byte.Array[0, 20]
        where RecordKey.TryParse(name, type, out _, out _)
        select new Zones.Records.Record
        {
            Key = new RecordKey(name, type),
            Value = value,
            ContentType = contentType,
            Ttl = ttl,
            Tags = tags,
            Version = new RecordVersion(serial, new HybridTimestamp(clock), origin),
            CommittedAt = at,
            IsDeleted = deleted,
            Context = context,
        };

    private static readonly Gen<Change> RecordChanges =
        from after in Records
        from before in Records
        from hasBefore in Gen.Bool
        from loser in Gen.Bool.Select(b => b ? null : "older")
        select (Change)new RecordChange(after, hasBefore ? before : null, loser);

    private static readonly Gen<Change> Purges =
        from selectors in Gen.Select(Gen.Enum<SelectorKind>(), Text, Text).Select((k, v, t) => new Selector(k, v, t)).Array[0, 5]
        from mode in Gen.Enum<PurgeMode>()
        from settle in Gen.Int[0, PurgeChange.MaxSettle]
        select (Change)new PurgeChange(selectors, mode, settle);

    private static readonly Gen<Change> Changes = Gen.OneOf(
        RecordChanges, Purges, Gen.OneOf(RecordChanges, Purges).Array[0, 4].Select(c => (Change)new BatchChange(c)));

    private static readonly Gen<LogEntry> Entries =
        from change in Changes
        from epoch in Gen.ULong
        from serial in Gen.Long[1, long.MaxValue]
        from nonce in Gen.ULong
        from previous in Gen.ULong
        from id in Text
        from clock in Gen.ULong
        from own in Gen.Bool
        from region in Text
        from soa in Gen.UInt
        from at in Gen.Long
        select new LogEntry
        {
            Zone = ZoneName.Parse("shop.test"),
            Epoch = new Epoch(epoch),
            Serial = serial,
            Nonce = nonce,
            Previous = previous,
            ChangeId = id,
            Clock = new HybridTimestamp(clock),
            Origin = own ? new OriginStamp(region, new Epoch(epoch), serial) : new OriginStamp(region, new Epoch(nonce), 7),
            Change = own && change is RecordChange r ? r with { After = r.After with { CommittedAt = at, Version = r.After.Version with { Serial = serial } } } : change,
            SoaSerial = soa,
            CommittedAt = at,
        };

    [Fact]
    public void Decode_WhatWasEncoded_IsTheSame() => Entries.Sample(
        entry =>
        {
            var bytes = LogEntryCodec.Encode(entry);
            Assert.True(LogEntryCodec.TryDecode(bytes.Span, out var back, out var error), error);
            Assert.Equivalent(entry, back, strict: true);
            Assert.True(bytes.Span.SequenceEqual(LogEntryCodec.Encode(back).Span));
        },
        iter: 2_000);

    [Fact]
    public void Decode_CutAnywhere_IsRefusedWithoutException() => Entries.Sample(
        entry =>
        {
            var bytes = LogEntryCodec.Encode(entry).Span;
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(LogEntryCodec.TryDecode(bytes[..length], out _, out var error));
                Assert.NotEmpty(error);
            }
        },
        iter: 100);

    [Fact]
    public void Decode_HostileBytes_NeverThrows() => Gen.Select(Entries, Gen.Byte.Array[1, 30], Gen.Double.Unit).Sample(
        (entry, noise, where) =>
        {
            var bytes = LogEntryCodec.Encode(entry).ToArray();
            var at = (int)(where * bytes.Length);
            noise.AsSpan(0, Math.Min(noise.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
            if (LogEntryCodec.TryDecode(bytes, out var back, out _))
            {
                LogEntryCodec.Encode(back);
            }
        },
        iter: 5_000);

    [Fact]
    public void Decode_UnknownKindOrVersion_SaysToUpgrade()
    {
        var entry = Entries.Where(e => e.Change is PurgeChange).Single();
        var bytes = LogEntryCodec.Encode(entry).ToArray();
        bytes[0] = 2;
        Assert.False(LogEntryCodec.TryDecode(bytes, out _, out var error));
        Assert.Contains("layout version 2", error, StringComparison.Ordinal);

        var writer = new EncodedWriter();
        writer.Raw(LogEntryCodec.Encode(entry).Span[..45]);
        LogEntryCodec.WriteBody(writer, entry.Zone, "id", default, "", null);
        writer.Octet(9);
        Assert.False(LogEntryCodec.TryDecode(writer.Written.Span, out _, out error));
        Assert.Contains("kind 9", error, StringComparison.Ordinal);
    }
}
