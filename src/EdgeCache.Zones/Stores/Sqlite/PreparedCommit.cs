using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>A commit that was decided and encoded beside the writer, good for as long as the zone's log ends where it did then.</summary>
internal sealed record PreparedCommit(CommitRequest Request, LogHead Head, ZonePolicy Policy, CommitDecision Decision)
{
    /// <summary>The entry as the log keeps it; empty when there is nothing to commit.</summary>
    public ReadOnlyMemory<byte> Encoded { get; } = Decision.Entry is { } entry ? LogEntryCodec.Encode(entry) : default;

    /// <summary>True when the log says all that the tables of records and versions will hold of it: each write is one version, the one that stands, or one that lost.</summary>
    public bool IsToldByItsEntry
    {
        get
        {
            for (var i = 0; i < Decision.Keepings.Count; i++)
            {
                var (keeping, written, loser) = (Decision.Keepings[i], Decision.Result.Written[i], Decision.Result.Losers[i]);
                if (keeping.ErasesThrough is not null
                    || keeping.History is not [var version] || version.Reason != loser || version.Record != written
                    || (keeping.Standing is null ? loser is null : loser is not null || keeping.Standing != written))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
