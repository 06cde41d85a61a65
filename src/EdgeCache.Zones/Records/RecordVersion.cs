namespace EdgeCache.Zones.Records;

/// <summary>
/// Which write made a value: the log position of its commit, the writer's clock and the origin that took it.
/// Last-write-wins orders by <see cref="Clock"/>, then by <see cref="Origin"/> (ordinal).
/// </summary>
public readonly record struct RecordVersion(long Serial, HybridTimestamp Clock, string Origin)
{
    /// <summary>The strong entity tag of this version, quoted: the serial and the clock, so that an epoch change never repeats one.</summary>
    public string ETag => $"\"{Serial}-{Clock.Value:x}\"";

    /// <summary>
    /// True when this write wins over <paramref name="other"/> by last-write-wins. One write may have two serials: a store that lost its tail takes it again. The higher one then
    /// stands in every region.
    /// </summary>
    public bool WinsOver(RecordVersion other) => (Clock.CompareTo(other.Clock), string.CompareOrdinal(Origin, other.Origin)) switch
    {
        (not 0 and var clock, _) => clock > 0,
        (_, not 0 and var origin) => origin > 0,
        _ => Serial > other.Serial,
    };
}
