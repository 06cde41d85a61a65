using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>A version in a record's history list: its reason, then the record.</summary>
internal static class HistoryBytes
{
    public static ReadOnlyMemory<byte> Encode(Record record, string? reason)
    {
        var writer = new EncodedWriter();
        writer.Text(reason ?? "");
        writer.Raw(RecordCodec.Encode(record).Span);
        return writer.Written;
    }

    public static HistoryItem? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new EncodedReader(bytes);
        return reader.TryText(out var reason) && reader.TryRaw(reader.Left, out var rest) && RecordCodec.TryDecode(rest, out var record, out _)
            ? new HistoryItem(record, reason.Length == 0 ? null : reason)
            : null;
    }
}
