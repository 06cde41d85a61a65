namespace EdgeCache.Zones.Stores;

/// <summary>What must hold of a record's current state for a write to be applied. Evaluated inside the commit.</summary>
public enum GuardKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no value (never was, or a tombstone).</summary>
    Absent,

    /// <summary>There is a value, whichever.</summary>
    Present,

    /// <summary>The current version's serial is <see cref="Guard.Serial"/> and its clock <see cref="Guard.Clock"/>, tombstones included; both zero: there never was a record.</summary>
    Version,

    /// <summary>The written version wins over the current one; a loser is committed to the history with a reason and changes nothing else.</summary>
    Newer,
}
