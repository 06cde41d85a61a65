using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>
/// Log entries as stores keep them and hints carry them. The writer knows the body, the commit knows head and tail, so a script can put an entry together
/// without understanding it:
/// <code>
/// head: version 1 | epoch 8 | serial 8 | nonce 8 | previous 8 | SOA serial 4 | committed at 8
/// body: zone | change id | clock 8 | origin stamp | change
/// tail: per record change: flags 1 | state before (length 4, record) | loser's reason (length 1, text)
/// </code>
/// A record of the body takes serial and commit time from the head unless it says otherwise. Foreign bytes never throw.
/// </summary>
internal static class LogEntryCodec
{
    /// <summary>Version of this layout.</summary>
    public const int LayoutVersion = 1;

    /// <summary>What a change of a short record takes, octets.</summary>
    private const int UsualChange = 128;

    public static ReadOnlyMemory<byte> Encode(LogEntry entry)
    {
        var writer = new EncodedWriter(entry.Change is BatchChange batch ? batch.Changes.Count * UsualChange : UsualChange);
        writer.Octet(LayoutVersion);
        writer.Fixed64(entry.Epoch.Value);
        writer.Fixed64(entry.Serial);
        writer.Fixed64(entry.Nonce);
        writer.Fixed64(entry.Previous);
        writer.Fixed32(entry.SoaSerial);
        writer.Fixed64(entry.CommittedAt);
        var isLocal = entry.Origin.Epoch == entry.Epoch && entry.Origin.Serial == entry.Serial;
        WriteBody(writer, entry.Zone, entry.ChangeId, entry.Clock, entry.Origin.Region, isLocal ? null : entry.Origin);
        ChangeCodec.Write(writer, entry.Change, entry.Serial, entry.CommittedAt);
        EntryTail.Write(writer, entry.Change);
        return writer.Written;
    }

    /// <summary>The body up to the change; <paramref name="foreign"/> null: first committed here, under the head's epoch and serial.</summary>
    public static void WriteBody(EncodedWriter writer, ZoneName zone, string changeId, HybridTimestamp clock, string region, OriginStamp? foreign)
    {
        writer.Text(zone.Value);
        writer.Text(changeId);
        writer.Fixed64(clock.Value);
        writer.Octet(foreign is null ? 0 : 1);
        writer.Text(region);
        if (foreign is { } origin)
        {
            writer.Fixed64(origin.Epoch.Value);
            writer.Fixed64(origin.Serial);
        }
    }

    public static bool TryDecode(ReadOnlySpan<byte> input, [NotNullWhen(true)] out LogEntry? entry, [NotNullWhen(false)] out string? error)
    {
        entry = null;
        error = "a log entry is cut short or malformed";
        var reader = new EncodedReader(input);
        if (!reader.TryOctet(out var version))
        {
            return false;
        }

        if (version != LayoutVersion)
        {
            error = $"a log entry has layout version {version}; this program knows {LayoutVersion}: upgrade it";
            return false;
        }

        if (!reader.TryFixed64(out ulong epoch)
            || !reader.TryFixed64(out long serial)
            || !reader.TryFixed64(out ulong nonce)
            || !reader.TryFixed64(out ulong previous)
            || !reader.TryFixed32(out var soaSerial)
            || !reader.TryFixed64(out long committedAt)
            || !reader.TryText(out var zoneText)
            || !ZoneName.TryParse(zoneText, out var zone, out _)
            || !reader.TryText(out var changeId)
            || !reader.TryFixed64(out ulong clock)
            || !TryReadOrigin(ref reader, new Epoch(epoch), serial, out var origin)
            || !ChangeCodec.TryRead(ref reader, serial, committedAt, ref error, out var change)
            || !EntryTail.TryRead(ref reader, ref change, ref error)
            || reader.Left > 0)
        {
            return false;
        }

        entry = new LogEntry
        {
            Zone = zone,
            Epoch = new Epoch(epoch),
            Serial = serial,
            Nonce = nonce,
            Previous = previous,
            ChangeId = changeId,
            Clock = new HybridTimestamp(clock),
            Origin = origin,
            Change = change,
            SoaSerial = soaSerial,
            CommittedAt = committedAt,
        };
        error = null;
        return true;
    }

    private static bool TryReadOrigin(ref EncodedReader reader, Epoch epoch, long serial, out OriginStamp origin)
    {
        origin = default;
        if (!reader.TryOctet(out var kind) || kind > 1 || !reader.TryText(out var region))
        {
            return false;
        }

        if (kind == 0)
        {
            origin = new OriginStamp(region, epoch, serial);
            return true;
        }

        if (!reader.TryFixed64(out ulong foreignEpoch) || !reader.TryFixed64(out long foreignSerial))
        {
            return false;
        }

        origin = new OriginStamp(region, new Epoch(foreignEpoch), foreignSerial);
        return true;
    }
}
