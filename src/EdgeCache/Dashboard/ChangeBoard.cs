using EdgeCache.Metrics;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Dashboard;

/// <summary>
/// The newest changes of all zones with their timelines, at most <see cref="MaxRows"/>. With <paramref name="spans"/> what nodes say goes into each change's trace. Thread-safe.
/// </summary>
internal sealed class ChangeBoard(PublishSpans? spans)
{
    /// <summary>Changes kept.</summary>
    public const int MaxRows = 100;

    /// <summary>Hints remembered until their entry is read.</summary>
    private const int MaxHints = 1_000;

    private readonly Lock _lock = new();
    private readonly List<ChangeRow> _rows = [];
    private readonly Dictionary<Position, ChangeRow> _byPosition = [];
    private readonly Dictionary<Position, long> _hints = [];
    private long _revision;

    /// <summary>A hint came, at a time of this process's clock.</summary>
    public void Hinted(Hint hint, long at)
    {
        lock (_lock)
        {
            var position = new Position(hint.Zone, hint.Epoch, hint.Serial);
            if (_byPosition.TryGetValue(position, out var row) && row.HintedAt is null)
            {
                (row.HintedAt, row.Revision) = (at, ++_revision);
            }
            else if (_hints.Count < MaxHints)
            {
                _hints.TryAdd(position, at);
            }
        }
    }

    public void Add(LogEntry entry)
    {
        lock (_lock)
        {
            var row = new ChangeRow(entry) { Revision = ++_revision };
            if (_hints.Remove(entry.Position, out var at))
            {
                row.HintedAt = at;
            }

            _rows.Add(row);
            _byPosition[entry.Position] = row;
            _rows.Sort((a, b) => a.CommittedAt.CompareTo(b.CommittedAt));
            if (_rows.Count > MaxRows)
            {
                _byPosition.Remove(_rows[0].Position);
                _rows.RemoveAt(0);
                _hints.Clear(); // Those left belong to entries that were read before their hint came.
            }
        }
    }

    /// <summary>Takes what nodes say.</summary>
    public void See(IReadOnlyList<NodeReport> reports)
    {
        lock (_lock)
        {
            foreach (var report in reports)
            {
                Mark("apply", report.Recent, report.Node, r => r.Applied);
                Mark("first-fresh", report.Work?.FirstFresh ?? [], report.Node, r => r.Fresh);
            }
        }
    }

    /// <summary>Rows that changed after a revision, oldest first, and the revision now.</summary>
    public (IReadOnlyList<object> Rows, long Revision) Since(long revision)
    {
        lock (_lock)
        {
            return ([.. _rows.Where(r => r.Revision > revision).Select(r => r.ToJson())], _revision);
        }
    }

    private void Mark(string what, IReadOnlyList<AppliedMark> marks, string node, Func<ChangeRow, SortedDictionary<string, long>> column)
    {
        foreach (var mark in marks)
        {
            if (_byPosition.TryGetValue(mark.Position, out var row) && column(row).TryAdd(node, mark.At))
            {
                row.Revision = ++_revision;
                if (spans is not null && ChangeTraces.IsOn)
                {
                    ChangeTraces.Reached(what, spans.Of(row.Position), row.ChangeId, row.Position.ToString(), row.Kind, node, row.CommittedAt, mark.At);
                }
            }
        }
    }
}
