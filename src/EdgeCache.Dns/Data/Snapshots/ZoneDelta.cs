using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>One RRset that changed: null before means it is new, null after that it is gone.</summary>
internal sealed record RecordSetChange(byte[] Name, RecordSet? Before, RecordSet? After)
{
    public int Octets => (Before?.Tails.Length ?? 0) + (After?.Tails.Length ?? 0) + Name.Length;
}

/// <summary>The way from one SOA serial to the next, RFC 1995 §4. The SOA itself is not among the changes.</summary>
internal sealed record ZoneDelta(RecordSet SoaBefore, RecordSet SoaAfter, IReadOnlyList<RecordSetChange> Changes);
