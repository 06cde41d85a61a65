namespace EdgeCache.Zones.Following;

/// <summary>What became of a log entry that was offered to a zone.</summary>
internal enum ApplyOutcome
{
    /// <summary>It was the next one and is visible now.</summary>
    Applied,

    /// <summary>It had been applied before.</summary>
    Known,

    /// <summary>Entries between what is applied and this one are missing, or it is of another epoch: ask the log.</summary>
    Gap,

    /// <summary>The serial fits and the nonce does not: this log is not the one that was followed (PLANE.md 2).</summary>
    Conflict,

    /// <summary>The zone does not take entries now: it is being resynced, or it met one it does not know.</summary>
    Refused,
}
