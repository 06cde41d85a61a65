using EdgeCache.Http.Storage.Eviction;
using EdgeCache.Http.Storage.Heads;
using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage;

/// <summary>
/// The parts of the store and what is done to them under its one lock: finding room, linking and freeing. Look-ups and reads take no lock.
/// Methods named <c>…Locked</c> need <see cref="Gate"/>.
/// </summary>
internal sealed unsafe class StoreCore : IDisposable
{
    private const int LeastTableShare = 128;
    private const int FragmentShare = 32;
    private const int InFlightShare = 2;
    private const int DeadVisits = 64;
    private readonly TimeProvider _time;

    public StoreCore(StoreOptions options, TimeProvider time)
    {
        _time = time;
        Options = options;
        Budget = new ByteBudget(options.BudgetBytes);
        Arena = new SlabArena(Budget);
        Entries = new EntryTable(Budget);
        Index = new KeyIndex(Entries, options.BudgetBytes);
        Queues = new EvictionQueues(Entries, Index.Buckets / 2);
        Wheel = new ExpiryWheel(Entries, time.Milliseconds());
        Heads = new HeadCache(Budget);
        Shared = new SharedLines(Budget);
        Budget.Charge(Entries.Bytes + Index.Bytes + Queues.Bytes + ExpiryWheel.Bytes + Heads.FixedBytes + Shared.FixedBytes);
    }

    public Lock Gate { get; } = new();

    public StoreOptions Options { get; }

    public TimeProvider Time => _time;

    public ByteBudget Budget { get; }

    public SlabArena Arena { get; }

    public EntryTable Entries { get; }

    public KeyIndex Index { get; }

    public EvictionQueues Queues { get; }

    public ExpiryWheel Wheel { get; }

    public HeadCache Heads { get; }

    public SharedLines Shared { get; }

    public StoreTally Tally { get; } = new();

    /// <summary>Entries that a look-up can find.</summary>
    public long LiveEntries { get; private set; }

    /// <summary>Bytes of fills that are not published yet.</summary>
    public long InFlightBytes { get; private set; }

    /// <summary>True when fills hold so much that a further one must pass through.</summary>
    public bool IsFullOfFills => InFlightBytes > Budget.Limit / InFlightShare;

    public HeadView HeadOf(uint id) => ViewOf(Entries[id]->Head);

    public HeadView ViewOf(uint head) => new(Arena.Data(head), Shared);

    /// <summary>A block in one piece, evicting for it; 0 when that does not help.</summary>
    public uint AllocateLocked(int bytes)
    {
        if (bytes > Arena.MaxBlockBytes)
        {
            return 0;
        }

        for (var evicted = 0; evicted <= StoreLimits.MaxEvictionsPerCall; evicted++)
        {
            var block = TryAllocateLocked(bytes);
            if (block != 0)
            {
                return block;
            }

            if (!EvictLocked())
            {
                return 0;
            }
        }

        return 0;
    }

    /// <summary>A chunk for up to <paramref name="want"/> bytes: fragments are as good as a whole when there are many. 0 when nothing helps.</summary>
    public uint AllocateChunkLocked(int want, bool overdraft)
    {
        want = Math.Min(want, Arena.MaxBlockBytes);
        for (var evicted = 0; evicted <= StoreLimits.MaxEvictionsPerCall; evicted++)
        {
            var block = TryAllocateLocked(want);
            if (block == 0 && Arena.ReservedBytes - Arena.UsedBytes > Arena.ReservedBytes / FragmentShare)
            {
                block = Arena.TryAllocateFragment(want, StoreLimits.MinFragmentBytes);
            }

            if (block == 0 && !EvictLocked())
            {
                block = Arena.TryAllocateFragment(want, StoreLimits.MinFragmentBytes);
                block = block == 0 && overdraft && Arena.TryGrow(overdraft: true) ? Arena.TryAllocate(want) : block;
                return Flying(block);
            }

            if (block != 0)
            {
                return Flying(block);
            }
        }

        return 0;
    }

    /// <summary>Bytes of a block that no longer belong to a fill, because it was published or is about to be freed.</summary>
    public void LandLocked(uint block) => InFlightBytes -= Arena.SizeOf(block);

    /// <summary>Bytes of a block that belong to a fill again, because it was not published.</summary>
    public void FlyLocked(uint block) => InFlightBytes += Arena.SizeOf(block);

    /// <summary>Counts what became of a response.</summary>
    public void CountFill(StoreOutcome outcome)
    {
        lock (Gate)
        {
            _ = outcome == StoreOutcome.Stored ? Tally.Stored++ : Tally.Refused++;
        }
    }

    /// <summary>Makes a filled record visible: live first, then linked.</summary>
    public uint PublishLocked(uint id, long generation)
    {
        var version = Entries.Publish(id, generation);
        Index.Link(id);
        Wheel.Add(id);
        LiveEntries++;
        return version;
    }

    /// <summary>Takes a live entry out of everything; its blocks go now or with its last reader. Returns the bytes that belong to it.</summary>
    public long RemoveLocked(uint id)
    {
        var cost = Entries[id]->Cost * (long)Block.Granule;
        Index.Unlink(id);
        Queues.Remove(id);
        Wheel.Remove(id);
        LiveEntries--;
        if (Entries.Kill(id))
        {
            FreeLocked(id);
        }

        return cost;
    }

    /// <summary>Gives up one owner's share of a body.</summary>
    public void ReleaseBodyLocked(uint body)
    {
        if (body == 0 || !Arena.Body(body)->RemoveOwner())
        {
            return;
        }

        while (body != 0)
        {
            var next = Arena.Chunk(body)->Next;
            Arena.Free(body);
            body = next;
        }
    }

    /// <summary>Ends a lease.</summary>
    public void Unpin(uint id)
    {
        if (Entries.Unpin(id))
        {
            lock (Gate)
            {
                FreeLocked(id);
            }
        }
    }

    /// <summary>Evicts one entry, a dead one if there is any; false when none is left.</summary>
    public bool EvictLocked()
    {
        var visits = DeadVisits;
        if (CollectDeadLocked(ref visits))
        {
            return true;
        }

        var id = Queues.Evict();
        if (id == 0)
        {
            return false;
        }

        Tally.Evictions++;
        RemoveLocked(id);
        return true;
    }

    /// <summary>Frees one dead entry, looking at no more than so many; false when none was found.</summary>
    public bool CollectDeadLocked(ref int visits)
    {
        var dead = Wheel.NextDead(_time.Milliseconds(), ref visits);
        if (dead == 0)
        {
            return false;
        }

        Tally.Expired++;
        RemoveLocked(dead);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Dispose();
        Entries.Dispose();
        Arena.Dispose();
    }

    private uint TryAllocateLocked(int bytes)
    {
        var block = Arena.TryAllocate(bytes);
        if (block != 0)
        {
            return block;
        }

        Budget.Reserve = Math.Max(0, ProjectedTable - Entries.Bytes) + Math.Max(0, Heads.Limit - Heads.Bytes);
        return Arena.TryGrow() ? Arena.TryAllocate(bytes) : 0;
    }

    /// <summary>What the records will take when the budget is used up, if objects stay as large as they are: slabs must leave that much.</summary>
    private long ProjectedTable =>
        Math.Max(Budget.Limit / LeastTableShare, (long)(Budget.Limit * (Entries.Bytes / (double)(Entries.Bytes + Math.Max(Arena.SlabBytes, Arena.UsedBytes)))));

    private uint Flying(uint block)
    {
        if (block != 0)
        {
            FlyLocked(block);
        }

        return block;
    }

    private void FreeLocked(uint id)
    {
        Arena.Free(Entries[id]->Head);
        ReleaseBodyLocked(Entries[id]->Body);
        Entries.Return(id);
    }
}
