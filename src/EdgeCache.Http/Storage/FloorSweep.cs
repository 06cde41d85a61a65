using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage;

/// <summary>
/// One pass over the entries (PLANE.md 13): frees those below a hard floor, flags those below a soft one, lifts the marks of the others, and in the end lets each
/// zone forget its floors, all up to the generation it had at the beginning or as many as the caller says. Entries published meanwhile are checked when they are; what
/// is in flight below the forgotten ones is refused by <see cref="ZoneFloors.Least"/>. One thread drives it; no zone is in two sweeps at a time.
/// </summary>
internal sealed unsafe class FloorSweep
{
    private readonly StoreCore _core;
    private readonly Dictionary<int, Target> _targets;
    private uint _next = 1;

    /// <summary>Begins a pass; <paramref name="through"/> bounds what a zone forgets in the end.</summary>
    public FloorSweep(StoreCore core, IReadOnlyCollection<ZoneState> zones, Func<ZoneState, long>? through)
    {
        _core = core;
        _targets = zones.ToDictionary(z => z.Id, z => new Target(z.Floors, z.Floors.Generation, through?.Invoke(z) ?? long.MaxValue));
    }

    /// <summary>True when the pass is over and the floors are forgotten.</summary>
    public bool IsDone { get; private set; }

    /// <summary>True when a zone has floors to get rid of.</summary>
    public static bool IsNeeded(ZoneState zone) => zone.Floors.Count > 0 || zone.Floors.Generation > zone.Floors.Least;

    /// <summary>Looks at up to <paramref name="entries"/> entries; the lock is held so long. Returns <see cref="IsDone"/>.</summary>
    public bool Step(int entries)
    {
        lock (_core.Gate)
        {
            var end = Math.Min(_core.Entries.HighWater, _next + (uint)entries);
            for (; _next < end; _next++)
            {
                if (_core.Entries.IsLive(_next))
                {
                    Visit(_next);
                }
            }

            if (_next < _core.Entries.HighWater || IsDone)
            {
                return IsDone;
            }
        }

        foreach (var target in _targets.Values)
        {
            target.Floors.Forget(Math.Min(target.Generation, target.Through));
        }

        return IsDone = true;
    }

    private void Visit(uint id)
    {
        var head = _core.HeadOf(id);
        if (!_targets.TryGetValue(head.Fixed.ZoneId, out var target))
        {
            return;
        }

        // Readers move marks meanwhile, but only forward.
        ref var word = ref _core.Entries[id]->Mark;
        for (var mark = new EntryMark(Volatile.Read(ref word)); mark.Generation < target.Generation; mark = new EntryMark(Volatile.Read(ref word)))
        {
            var verdict = target.Floors.Check(head.Subject, mark.Generation);
            if (verdict == FloorVerdict.Hard)
            {
                _core.Tally.PurgedEntries++;
                _core.Tally.PurgedBytes += _core.RemoveLocked(id);
                return;
            }

            var lifted = mark.At(target.Generation, verdict > mark.Verdict ? verdict : mark.Verdict);
            if (Interlocked.CompareExchange(ref word, lifted.Word, mark.Word) == mark.Word)
            {
                return;
            }
        }
    }

    private readonly record struct Target(ZoneFloors Floors, long Generation, long Through);
}
