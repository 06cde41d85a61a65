using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage.Eviction;

/// <summary>
/// Which entry goes next: the S3-FIFO policy (Yang et al., SOSP 2023), counted in bytes. New entries stand in a small queue that holds a tenth;
/// those used again while there move on to the main queue, the others leave and their hash is remembered for a while. A hit only counts up to three.
/// Needs the store's lock, but for the counter.
/// </summary>
internal sealed unsafe class EvictionQueues
{
    /// <summary>Highest count of uses.</summary>
    public const byte MaxFrequency = 3;

    private const byte NoQueue = 0;
    private const byte Small = 1;
    private const byte Main = 2;
    private const int SmallShare = 10;
    private const int PromoteAt = 1;
    private readonly EntryTable _entries;
    private readonly GhostQueue _ghosts;
    private readonly Queue[] _queues = new Queue[Main + 1];

    /// <summary>Makes empty queues.</summary>
    public EvictionQueues(EntryTable entries, long ghosts)
    {
        _entries = entries;
        _ghosts = new GhostQueue(ghosts);
    }

    /// <summary>Bytes held beside the records.</summary>
    public long Bytes => _ghosts.Bytes;

    /// <summary>Entries queued.</summary>
    public long Count => _queues[Small].Count + _queues[Main].Count;

    /// <summary>Granules of all queued entries.</summary>
    public long Cost => _queues[Small].Cost + _queues[Main].Cost;

    /// <summary>Queues a new entry.</summary>
    public void Add(uint id)
    {
        _entries[id]->Frequency = 0;
        Push(id, _ghosts.TryTake(_entries[id]->Hash, Math.Max(_queues[Main].Count, 64)) ? Main : Small);
    }

    /// <summary>Puts an entry in the place of another that it replaces.</summary>
    public void Inherit(uint id, uint old)
    {
        _entries[id]->Frequency = _entries[old]->Frequency;
        Push(id, _entries[old]->Queue == Main ? Main : Small);
    }

    /// <summary>Takes an entry out of its queue.</summary>
    public void Remove(uint id)
    {
        var record = _entries[id];
        if (record->Queue == NoQueue)
        {
            return;
        }

        ref var queue = ref _queues[record->Queue];
        if (record->QueueNext != 0)
        {
            _entries[record->QueueNext]->QueuePrevious = record->QueuePrevious;
        }
        else
        {
            queue.Newest = record->QueuePrevious;
        }

        if (record->QueuePrevious != 0)
        {
            _entries[record->QueuePrevious]->QueueNext = record->QueueNext;
        }
        else
        {
            queue.Oldest = record->QueueNext;
        }

        queue.Count--;
        queue.Cost -= record->Cost;
        record->Queue = NoQueue;
    }

    /// <summary>Chooses the entry to evict, takes it out of its queue and remembers it; 0 when there is none.</summary>
    public uint Evict()
    {
        while (Count > 0)
        {
            var id = _queues[Small].Count > 0 && (_queues[Small].Cost * SmallShare >= Cost || _queues[Main].Count == 0) ? FromSmall() : FromMain();
            if (id != 0)
            {
                return id;
            }
        }

        return 0;
    }

    private uint FromSmall()
    {
        var id = _queues[Small].Oldest;
        Remove(id);
        if (_entries[id]->Frequency > PromoteAt)
        {
            _entries[id]->Frequency = 0;
            Push(id, Main);
            return 0;
        }

        _ghosts.Add(_entries[id]->Hash);
        return id;
    }

    private uint FromMain()
    {
        var id = _queues[Main].Oldest;
        Remove(id);
        if (_entries[id]->Frequency > 0)
        {
            _entries[id]->Frequency--;
            Push(id, Main);
            return 0;
        }

        return id;
    }

    private void Push(uint id, byte to)
    {
        var record = _entries[id];
        ref var queue = ref _queues[to];
        record->Queue = to;
        record->QueueNext = 0;
        record->QueuePrevious = queue.Newest;
        if (queue.Newest != 0)
        {
            _entries[queue.Newest]->QueueNext = id;
        }
        else
        {
            queue.Oldest = id;
        }

        queue.Newest = id;
        queue.Count++;
        queue.Cost += record->Cost;
    }

    private struct Queue
    {
        public uint Oldest;
        public uint Newest;
        public long Count;
        public long Cost;
    }
}
