using System.Runtime.InteropServices;
using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage;

/// <summary>
/// All records in one flat native array, ids from 1, and the pins on them. A pinned record keeps its blocks; it is freed when it is dead and the last pin is gone.
/// Address space for the most records that fit is taken at once, memory only as ids are handed out.
/// </summary>
internal sealed unsafe class EntryTable : IDisposable
{
    private const ulong LiveBit = 1UL << 31;
    private const ulong PinMask = LiveBit - 1;
    private const int VersionShift = 32;
    private const int GrowBy = 256;
    private const int LeastEntryBytes = 192;
    private readonly ByteBudget _budget;
    private readonly EntryRecord* _records;
    private readonly uint _capacity;
    private uint _highWater = 1;
    private uint _charged = 1;
    private uint _freeList;

    /// <summary>Makes an empty table.</summary>
    public EntryTable(ByteBudget budget)
    {
        _budget = budget;
        _capacity = (uint)Math.Min(budget.Limit / LeastEntryBytes, int.MaxValue);
        var bytes = ((nuint)_capacity + 1) * EntryRecord.Bytes;
        _records = (EntryRecord*)LargePages.Allocate(bytes);
    }

    /// <summary>Bytes charged.</summary>
    public long Bytes => (long)_charged * EntryRecord.Bytes;

    /// <summary>Ids ever handed out are below this.</summary>
    public uint HighWater => Volatile.Read(ref _highWater);

    /// <summary>The record of an id.</summary>
    public EntryRecord* this[uint id] => _records + id;

    /// <summary>Takes an id whose record is not live yet; 0 when none is left. Needs the lock.</summary>
    public uint TryTake()
    {
        if (_freeList != 0)
        {
            var id = _freeList;
            _freeList = _records[id].BucketNext;
            return id;
        }

        if (_highWater > _capacity)
        {
            return 0;
        }

        if (_highWater == _charged)
        {
            _budget.Charge(GrowBy * EntryRecord.Bytes);
            _charged += GrowBy;
        }

        _records[_highWater] = default;
        Volatile.Write(ref _highWater, _highWater + 1);
        return _highWater - 1;
    }

    /// <summary>True when taking another id would need memory beyond the budget.</summary>
    public bool MustEvict => _freeList == 0 && (_highWater > _capacity || (_highWater == _charged && _budget.Charged + (GrowBy * EntryRecord.Bytes) > _budget.Limit));

    /// <summary>Makes a filled record live, without pins; returns its version. Needs the lock.</summary>
    public uint Publish(uint id, long generation)
    {
        var version = unchecked((uint)(_records[id].Control >> VersionShift) + 1);
        _records[id].Mark = new EntryMark(version, default, generation).Word;
        Volatile.Write(ref _records[id].Control, ((ulong)version << VersionShift) | LiveBit);
        return version;
    }

    /// <summary>The version of a record now.</summary>
    public uint VersionOf(uint id) => (uint)(Volatile.Read(ref _records[id].Control) >> VersionShift);

    /// <summary>True when the id is live. Stable under the lock only.</summary>
    public bool IsLive(uint id) => (Volatile.Read(ref _records[id].Control) & LiveBit) != 0;

    /// <summary>True when the id is live in this version.</summary>
    public bool IsLive(uint id, uint version) => Volatile.Read(ref _records[id].Control) is var control && (control & LiveBit) != 0 && (uint)(control >> VersionShift) == version;

    /// <summary>Pins a live record so that its blocks stay; tells its version. No lock, no allocation.</summary>
    public bool TryPin(uint id, out uint version)
    {
        ref var control = ref _records[id].Control;
        var seen = Volatile.Read(ref control);
        while ((seen & LiveBit) != 0)
        {
            var now = Interlocked.CompareExchange(ref control, seen + 1, seen);
            if (now == seen)
            {
                version = (uint)(seen >> VersionShift);
                return true;
            }

            seen = now;
        }

        version = 0;
        return false;
    }

    /// <summary>Takes a pin back; true when the record is dead and this was its last: then the caller frees it.</summary>
    public bool Unpin(uint id) => (Interlocked.Decrement(ref _records[id].Control) & (LiveBit | PinMask)) == 0;

    /// <summary>Makes a record dead; true when nobody reads it: then the caller frees it. Needs the lock.</summary>
    public bool Kill(uint id) => (Interlocked.And(ref _records[id].Control, ~LiveBit) & PinMask) == 0;

    /// <summary>Gives the id of a dead and unpinned record back. Needs the lock.</summary>
    public void Return(uint id)
    {
        _records[id].BucketNext = _freeList;
        _freeList = id;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_records);
}
