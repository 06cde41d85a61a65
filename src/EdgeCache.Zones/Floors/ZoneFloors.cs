using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// The floors of one incarnation of a zone on one node, and its generation: a local 64-bit number, from 1, that moves only when a floor rises (PLANE.md 1, 11).
/// <para>
/// An entry remembers one number, its <em>mark</em>: at first the generation read before its request was sent, and after each check the generation it passed at.
/// It may be served as fresh if <c>mark == Generation</c>, or if <see cref="Check"/> says <see cref="FloorVerdict.None"/> for the mark; then the mark moves to the
/// generation read <em>before</em> the check, by compare-and-swap. Marks of different instances are never compared: another instance means validate.
/// </para>
/// Raising locks; reading never does. Thread-safe.
/// </summary>
public sealed class ZoneFloors
{
    /// <summary>First generation.</summary>
    public const long FirstGeneration = 1;

    /// <summary>Most selectors of one purge mode that have a floor, some 140 MB; one more, and a floor over the whole zone takes their place, as a last resort (PLANE.md 13).</summary>
    public const int MaxSelectors = 4 * 1024 * 1024;

    private readonly Lock _writing = new();
    private readonly FloorSet _hard = new();
    private readonly FloorSet _soft = new();
    private readonly FloorSet _softRevalidate = new();
    private readonly RecentRises _recent = new();
    private readonly int _maxSelectors;
    private long _generation = FirstGeneration;
    private long _least = FirstGeneration;
    private long _folds;
    private long _doubt;

    /// <summary>Makes the floors of a new zone state.</summary>
    public ZoneFloors(long seed)
        : this(seed, MaxSelectors)
    {
    }

    internal ZoneFloors(long seed, int maxSelectors)
    {
        Hash = new SelectorHash(seed);
        _maxSelectors = maxSelectors;
    }

    /// <summary>Makes keys for this instance; keys of another instance mean nothing here.</summary>
    public SelectorHash Hash { get; }

    /// <summary>The current generation (acquire): every floor raised up to it is visible to a <see cref="Check"/> that follows.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Nothing marked below this may be stored or served: the floors that would tell are forgotten (PLANE.md 13).</summary>
    public long Least => Volatile.Read(ref _least);

    /// <summary>Selectors that have a floor.</summary>
    public int Count => _hard.Count + _soft.Count + _softRevalidate.Count;

    /// <summary>How often there were more than <see cref="MaxSelectors"/>.</summary>
    public long Folds => Volatile.Read(ref _folds);

    /// <summary>Bytes held by floors.</summary>
    public long Bytes => _hard.Bytes + _soft.Bytes + _softRevalidate.Bytes;

    /// <summary>Raises the floors of all selectors together: no reader sees the new generation without all of them. Returns the new generation.</summary>
    public long Raise(ReadOnlySpan<Selector> selectors, PurgeMode mode)
    {
        lock (_writing)
        {
            var next = _generation + 1;
            _recent.Begin(next);
            foreach (var selector in selectors)
            {
                Raise(selector, mode, next);
            }

            Volatile.Write(ref _generation, next);
            return next;
        }
    }

    /// <summary>Everything so far is <see cref="FloorVerdict.Doubtful"/> at least: what was purged in between is unknown. Returns the new generation.</summary>
    public long RaiseDoubt()
    {
        lock (_writing)
        {
            var next = _generation + 1;
            _recent.Begin(next);
            _recent.Add(next, SelectorKind.All, 0);
            Volatile.Write(ref _doubt, next);
            Volatile.Write(ref _generation, next);
            return next;
        }
    }

    /// <summary>Raises all floors of one log entry together; without any, the generation stays. Returns the generation then.</summary>
    public long Raise(ReadOnlySpan<FloorRise> rises)
    {
        lock (_writing)
        {
            if (rises.IsEmpty)
            {
                return _generation;
            }

            var next = _generation + 1;
            _recent.Begin(next);
            foreach (var rise in rises)
            {
                Raise(rise.Selector, rise.Mode, next);
            }

            Volatile.Write(ref _generation, next);
            return next;
        }
    }

    /// <summary>The verdict for something filled or last checked at <paramref name="mark"/>. No allocation.</summary>
    public FloorVerdict Check(in FloorSubject subject, long mark)
    {
        var generation = Generation;
        if (_recent.SaysNone(subject.Keys, mark, generation) && Generation - mark < RecentRises.Kept)
        {
            return mark < Least ? FloorVerdict.Hard : FloorVerdict.None;
        }

        var verdict = _hard.Covers(subject, Hash, mark) ? FloorVerdict.Hard
            : _soft.Covers(subject, Hash, mark) ? FloorVerdict.Soft
            : _softRevalidate.Covers(subject, Hash, mark) ? FloorVerdict.SoftRevalidate
            : Volatile.Read(ref _doubt) > mark ? FloorVerdict.Doubtful
            : FloorVerdict.None;

        // Last: Forget moves Least before it drops floors, so whoever missed a dropped floor sees the new Least here.
        return mark < Least ? FloorVerdict.Hard : verdict;
    }

    /// <summary>
    /// Forgets floors up to <paramref name="through"/>. Only a sweep may call it, after every entry of every cache on this node was either freed, flagged,
    /// or lifted to a mark ≥ <paramref name="through"/>; what is still in flight below it is refused from now on.
    /// </summary>
    public void Forget(long through)
    {
        lock (_writing)
        {
            // Least first: an in-flight fill below it must not pass between the two.
            through = Math.Min(through, _generation);
            Volatile.Write(ref _least, Math.Max(_least, through));
        }

        Forget(_hard, through);
        Forget(_soft, through);
        Forget(_softRevalidate, through);
    }

    // Purges go on between two parts.
    private void Forget(FloorSet set, long through)
    {
        var (at, isDone) = (0, false);
        while (!isDone)
        {
            lock (_writing)
            {
                isDone = set.Forget(through, ref at);
            }
        }
    }

    private void Raise(Selector selector, PurgeMode mode, long floor)
    {
        var key = Hash.Of(selector);
        var set = SetOf(mode);
        if (set.Count >= _maxSelectors)
        {
            set.Fold(floor);
            _recent.Add(floor, SelectorKind.All, 0);
            Volatile.Write(ref _folds, _folds + 1);
        }

        set.Raise(selector, key, floor);
        _recent.Add(floor, selector.Kind, key);
    }

    private FloorSet SetOf(PurgeMode mode) => mode switch
    {
        PurgeMode.Hard => _hard,
        PurgeMode.Soft => _soft,
        _ => _softRevalidate,
    };
}
