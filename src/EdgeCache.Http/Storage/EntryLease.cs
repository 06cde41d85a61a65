using EdgeCache.Http.Storage.Heads;
using EdgeCache.Http.Storage.Slabs;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage;

/// <summary>
/// The right to read one stored entry: while it is held, the entry's memory is not reused, whatever happens to the entry. Dispose it exactly once; copies are the
/// same lease. Spans and references taken from it end with it. <c>default</c> holds nothing. Its members are thread-safe.
/// </summary>
internal readonly unsafe struct EntryLease : IDisposable
{
    private readonly StoreCore? _core;
    private readonly uint _id;
    private readonly uint _version;

    /// <summary>Wraps a pin that was taken.</summary>
    public EntryLease(StoreCore core, uint id, uint version)
    {
        _core = core;
        _id = id;
        _version = version;
    }

    /// <summary>True unless <c>default</c>.</summary>
    public bool IsHeld => _core is not null;

    /// <summary>The entry's place in the table.</summary>
    public uint Id => _id;

    /// <summary>Unique for the entry in its version: a validated entry has another one.</summary>
    public ulong Number => ((ulong)_version << 32) | _id;

    /// <summary>True while look-ups can find this very entry.</summary>
    public bool IsCurrent => Core.Entries.IsLive(_id, _version);

    /// <summary>Status code.</summary>
    public int Status => View.Fixed.Status;

    /// <summary>Flags.</summary>
    public EntryFlags Flags => View.Fixed.Flags;

    /// <summary>True for "uncacheable, do not queue".</summary>
    public bool IsPassMark => (Flags & EntryFlags.PassMark) != 0;

    /// <summary>When the request was sent, milliseconds of <see cref="MonotoneClock"/>.</summary>
    public long RequestedAt => View.Fixed.RequestedAt;

    /// <summary>When it is of no more use.</summary>
    public long DeadAt => View.Fixed.DeadAt;

    /// <summary>Id of the zone state it was stored under.</summary>
    public int ZoneId => View.Fixed.ZoneId;

    /// <summary>The whole key.</summary>
    public ReadOnlySpan<byte> Key => View.Key;

    /// <summary>The selected request fields.</summary>
    public ReadOnlySpan<byte> VariantKey => View.VariantKey;

    /// <summary>Selector keys.</summary>
    public ReadOnlySpan<ulong> Selectors => View.Selectors;

    /// <summary>What the floors compare.</summary>
    public FloorSubject Subject => View.Subject;

    /// <summary>Header lines as they lie in memory, for a writer of raw HTTP/1.1.</summary>
    public HeadLines Lines => View.Lines;

    /// <summary>Header fields as strings, decoded once while the entry is hot.</summary>
    public StoredHead Head => Core.Heads.Get(Number, View);

    /// <summary>Bytes of the body.</summary>
    public long BodyLength => Core.Entries[_id]->Body is var body && body == 0 ? View.Fixed.InlineBody : Core.Arena.Body(body)->Length;

    /// <summary>The body when it lies in one block with the head, else empty.</summary>
    public ReadOnlySpan<byte> BodyInHead
    {
        get
        {
            var head = Core.Entries[_id]->Head;
            var view = Core.ViewOf(head);
            return new(Core.Arena.Data(head) + view.Length, view.Fixed.InlineBody);
        }
    }

    /// <summary>Bytes that the entry takes, blocks and record.</summary>
    public long Cost => (Core.Entries[_id]->Cost * (long)Block.Granule) + EntryRecord.Bytes;

    /// <summary>The mark as of now.</summary>
    public EntryMark Mark => new(Volatile.Read(ref Core.Entries[_id]->Mark));

    private StoreCore Core => _core!; // A lease that holds nothing has no members to ask.

    private HeadView View => Core.HeadOf(_id);

    /// <summary>The facts stored with it, where they lie.</summary>
    public ref readonly T Facts<T>()
        where T : unmanaged => ref View.FactsAs<T>();

    /// <summary>The body, or a part of it.</summary>
    public BodyCursor Body(long start = 0, long length = long.MaxValue)
    {
        var record = Core.Entries[_id];
        if (record->Body != 0)
        {
            return new(Core.Arena, record->Body, start, length);
        }

        var head = Core.ViewOf(record->Head);
        return new(Core.Arena, record->Head, head.Length, head.Fixed.InlineBody, start, length);
    }

    /// <summary>
    /// What the floors of a zone state say of the entry, and moves its mark when they say nothing (PLANE.md 11). An entry of another zone state is
    /// <see cref="FloorVerdict.Hard"/>: validate. No allocation.
    /// </summary>
    public FloorVerdict Verdict(ZoneState zone)
    {
        var floors = zone.Floors;
        var generation = floors.Generation;
        ref readonly var layout = ref View.Fixed;
        if (layout.ZoneId != zone.Id)
        {
            return FloorVerdict.Hard;
        }

        var mark = Mark;
        if (mark.Generation == generation)
        {
            return mark.Verdict;
        }

        var verdict = floors.Check(Subject, mark.Generation);
        if (verdict != FloorVerdict.None)
        {
            return verdict > mark.Verdict ? verdict : mark.Verdict;
        }

        // Behind a reader that came later and saw more, the mark must not go back.
        if (generation > mark.Generation)
        {
            TryMoveMark(mark, mark.At(generation, mark.Verdict));
        }

        return mark.Verdict;
    }

    /// <summary>Moves the mark unless someone else did.</summary>
    public bool TryMoveMark(EntryMark from, EntryMark to) =>
        Interlocked.CompareExchange(ref Core.Entries[_id]->Mark, to.Word, from.Word) == from.Word;

    /// <summary>Ends the lease.</summary>
    public void Dispose() => _core?.Unpin(_id);
}
