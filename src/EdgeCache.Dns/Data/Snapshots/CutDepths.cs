namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// How many delegations and DNAMEs a zone has at each depth (number of labels), so that a look-up asks only at depths that have some: none in most zones.
/// Immutable.
/// </summary>
internal readonly struct CutDepths
{
    private readonly int[]? _counts;

    private CutDepths(int[] counts) => _counts = counts;

    public bool IsNone => _counts is null;

    public bool Any(int labels) => _counts is not null && labels < _counts.Length && _counts[labels] > 0;

    public CutDepths With(int labels, int change)
    {
        int[] counts = new int[Math.Max(_counts?.Length ?? 0, labels + 1)];
        _counts?.CopyTo(counts, 0);
        counts[labels] += change;
        return Array.TrueForAll(counts, static c => c == 0) ? default : new CutDepths(counts);
    }
}
