using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>The first result of a change id as it is kept for ten minutes (PLANE.md 4): expiry, fingerprint, which writes created, and the entry.</summary>
internal sealed record RememberedCommit(long Expires, ulong Fingerprint, IReadOnlyList<bool> Created, LogEntry Entry)
{
    public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> entry)
    {
        var writer = new EncodedWriter();
        writer.Fixed64(Expires);
        writer.Fixed64(Fingerprint);
        writer.Bytes(Created.Select(c => (byte)(c ? 1 : 0)).ToArray());
        writer.Raw(entry.Span);
        return writer.Written;
    }

    public static RememberedCommit? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new EncodedReader(bytes);
        if (!reader.TryFixed64(out long expires) || !reader.TryFixed64(out ulong fingerprint) || !reader.TryBytes(out var created)
            || !reader.TryRaw(reader.Left, out var rest) || !LogEntryCodec.TryDecode(rest, out var entry, out _))
        {
            return null;
        }

        return new RememberedCommit(expires, fingerprint, [.. created.ToArray().Select(b => b == 1)], entry);
    }

    /// <summary>The result that the entry's writer got.</summary>
    public CommitResult ToResult()
    {
        var changes = Entry.Change is BatchChange batch ? batch.Changes : [Entry.Change];
        var records = changes.OfType<RecordChange>().ToList();
        return new CommitResult
        {
            Outcome = CommitOutcome.Committed,
            Position = Entry.Position,
            Written = [.. records.Select(r => r.After)],
            Losers = [.. records.Select(r => r.Loser)],
            Created = Created,
        };
    }
}
