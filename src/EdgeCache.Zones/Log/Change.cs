using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log;

/// <summary>What one log entry does. A closed hierarchy: a follower that meets an unknown kind stops (PROTOCOL.md, log entry).</summary>
public abstract record Change
{
    private protected Change()
    {
    }
}

/// <summary>
/// A record got a new state: a value, or a tombstone when <see cref="Record.IsDeleted"/>. <see cref="Before"/> is the state it replaced, carried for
/// DNS types so that IXFR needs no other source (PLANE.md 29), else null. <see cref="Loser"/> is set when the write lost to the state already there.
/// </summary>
public sealed record RecordChange(Record After, Record? Before, string? Loser = null) : Change;

/// <summary>Floors rise over <see cref="Selectors"/>. <see cref="SettleMilliseconds"/>: PLANE.md 7.</summary>
public sealed record PurgeChange(IReadOnlyList<Selector> Selectors, PurgeMode Mode, int SettleMilliseconds = 0) : Change
{
    /// <summary>Most selectors in one purge.</summary>
    public const int MaxSelectors = 1_000;

    /// <summary>Longest settle time, milliseconds.</summary>
    public const int MaxSettle = 60_000;
}

/// <summary>Changes that become visible together; never nested.</summary>
public sealed record BatchChange(IReadOnlyList<Change> Changes) : Change
{
    /// <summary>Most changes in one batch.</summary>
    public const int MaxChanges = 1_000;

    /// <summary>Most changes of a batch that makes a whole zone, in a store that takes them at once: some 15 MB of log, and as much again in each follower while it applies them.</summary>
    public const int MaxWhole = 200_000;
}
