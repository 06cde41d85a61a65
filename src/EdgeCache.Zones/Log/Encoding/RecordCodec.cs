using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>
/// Records as stores keep them: a head of fixed width that a script can write and compare without understanding the rest, then the body.
/// <code>
/// head: version 1 | flags 1 (1 = tombstone, 2 = that erases) | serial 8 | committed at 8 | clock 8
/// body: origin (≤ 127 octets) | name | type | content type | ttl | tags | value | context
/// </code>
/// </summary>
internal static class RecordCodec
{
    /// <summary>Version of this layout.</summary>
    public const int LayoutVersion = 1;

    private const int Deleted = 1;
    private const int Erased = 2;

    public static ReadOnlyMemory<byte> Encode(Record record)
    {
        var writer = new EncodedWriter();
        Write(writer, record);
        return writer.Written;
    }

    public static void Write(EncodedWriter writer, Record record)
    {
        writer.Octet(LayoutVersion);
        writer.Octet(Flags(record));
        writer.Fixed64(record.Version.Serial);
        writer.Fixed64(record.CommittedAt);
        writer.Fixed64(record.Version.Clock.Value);
        WriteBody(writer, record);
    }

    public static void WriteBody(EncodedWriter writer, Record record)
    {
        writer.Text(record.Version.Origin);
        writer.Text(record.Key.Name);
        writer.Text(record.Key.Type);
        writer.Text(record.ContentType);
        writer.Varint(record.Ttl);
        writer.Varint(record.Tags.Count);
        foreach (var tag in record.Tags)
        {
            writer.Text(tag);
        }

        writer.Bytes(record.Value.Span);
        writer.Bytes(record.Context.Span);
    }

    /// <summary>The flags octet of a record.</summary>
    public static int Flags(Record record) => (record.IsDeleted ? Deleted : 0) | (record.IsErased ? Erased : 0);

    public static bool TryDecode(ReadOnlySpan<byte> input, [NotNullWhen(true)] out Record? record, [NotNullWhen(false)] out string? error)
    {
        var reader = new EncodedReader(input);
        if (!TryRead(ref reader, out record, out error))
        {
            return false;
        }

        if (reader.Left > 0)
        {
            error = "a stored record has octets after its end";
            record = null;
            return false;
        }

        return true;
    }

    public static bool TryRead(ref EncodedReader reader, [NotNullWhen(true)] out Record? record, [NotNullWhen(false)] out string? error)
    {
        record = null;
        error = "a stored record is cut short or malformed";
        if (!reader.TryOctet(out var version))
        {
            return false;
        }

        if (version != LayoutVersion)
        {
            error = $"a stored record has layout version {version}; this program knows {LayoutVersion}: upgrade it";
            return false;
        }

        if (!reader.TryOctet(out var flags)
            || !reader.TryFixed64(out long serial)
            || !reader.TryFixed64(out long committedAt)
            || !reader.TryFixed64(out ulong clock)
            || !TryReadBody(ref reader, new RecordHead(serial, new HybridTimestamp(clock), committedAt, (flags & Deleted) != 0, (flags & Erased) != 0), out record))
        {
            return false;
        }

        error = null;
        return true;
    }

    /// <summary>The body; what stands in front of it is the caller's.</summary>
    public static bool TryReadBody(ref EncodedReader reader, RecordHead head, [NotNullWhen(true)] out Record? record)
    {
        record = null;
        if (!reader.TryRepeatedText(out var origin)
            || !reader.TryText(out var name)
            || !reader.TryRepeatedText(out var type)
            || !RecordKey.TryParse(name, type, out var key, out _)
            || !reader.TryRepeatedText(out var contentType)
            || !reader.TryVarint(out var ttl)
            || ttl > Record.MaxTtl
            || !TryReadTags(ref reader, out var tags)
            || !reader.TryBytes(out var value)
            || !reader.TryBytes(out var context))
        {
            return false;
        }

        record = new Record
        {
            Key = key,
            Value = value.ToArray(),
            ContentType = contentType,
            Ttl = (int)ttl,
            Tags = tags,
            Version = new RecordVersion(head.Serial, head.Clock, origin),
            CommittedAt = head.CommittedAt,
            Context = context.ToArray(),
            IsDeleted = head.IsDeleted,
            IsErased = head.IsErased,
        };
        return true;
    }

    private static bool TryReadTags(ref EncodedReader reader, out string[] tags)
    {
        tags = [];
        if (!reader.TryCount(out var count))
        {
            return false;
        }

        string[] found = count == 0 ? [] : new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryText(out found[i]))
            {
                return false;
            }
        }

        tags = found;
        return true;
    }
}
