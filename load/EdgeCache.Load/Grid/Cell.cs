namespace EdgeCache.Load.Grid;

/// <summary>Keys that are alike: how often each is written, how long copies live, and whether a write purges.</summary>
internal sealed record Cell(double WritesPerSecond, double TtlSeconds, bool Purge, int FirstKey, int Keys);

/// <summary>Cells side by side in one run, so that all see the same machine at the same time. Keys are numbered cell by cell.</summary>
internal sealed class CellPlan
{
    private readonly double[] _cumulativeWrites;

    public CellPlan(IEnumerable<(double WritesPerSecond, double TtlSeconds, bool Purge)> cells, int keysPerCell)
    {
        Cells = [.. cells.Select((c, i) => new Cell(c.WritesPerSecond, c.TtlSeconds, c.Purge, i * keysPerCell, keysPerCell))];
        KeysPerCell = keysPerCell;
        var sum = 0d;
        _cumulativeWrites = [.. Cells.Select(c => sum += c.WritesPerSecond * c.Keys)];
    }

    public IReadOnlyList<Cell> Cells { get; }

    public int KeysPerCell { get; }

    public int Keys => Cells.Count * KeysPerCell;

    /// <summary>Writes per second over all keys.</summary>
    public double WritesPerSecond => _cumulativeWrites[^1];

    /// <summary>Purges per second over all keys.</summary>
    public double PurgesPerSecond => Cells.Where(c => c.Purge).Sum(c => c.WritesPerSecond * c.Keys);

    public Cell CellOf(int key) => Cells[Math.Min(key / KeysPerCell, Cells.Count - 1)];

    public TimeSpan TtlOf(int key) => TimeSpan.FromSeconds(CellOf(key).TtlSeconds);

    /// <summary>The key that a write goes to.</summary>
    public int PickWritten(Random random)
    {
        var at = random.NextDouble() * WritesPerSecond;
        var cell = Array.FindIndex(_cumulativeWrites, c => at < c);
        return ((cell < 0 ? Cells.Count - 1 : cell) * KeysPerCell) + random.Next(KeysPerCell);
    }
}
