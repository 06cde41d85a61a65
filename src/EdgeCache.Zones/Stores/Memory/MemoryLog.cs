using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Stores.Memory;

/// <summary>A zone's entries, oldest first, contiguous; old ones go in front. Not thread-safe.</summary>
internal sealed class MemoryLog
{
    private const int CompactAt = 1024;
    private readonly List<LogEntry?> _entries = [];
    private int _start;

    /// <summary>About how many bytes they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>Entries held.</summary>
    public int Count => _entries.Count - _start;

    /// <summary>Oldest entry; the log must not be empty.</summary>
    public LogEntry Oldest => _entries[_start]!; // only those that were dropped are null

    /// <summary>Newest entry; null when empty.</summary>
    public LogEntry? Newest => Count == 0 ? null : _entries[^1];

    /// <summary>Appends the entry after <see cref="Newest"/>.</summary>
    public void Append(LogEntry entry)
    {
        _entries.Add(entry);
        Bytes += EntryWeight.Of(entry);
    }

    /// <summary>Drops the oldest entry.</summary>
    public void DropOldest()
    {
        Bytes -= EntryWeight.Of(Oldest);
        _entries[_start++] = null;
        if (_start >= CompactAt && _start * 2 >= _entries.Count)
        {
            _entries.RemoveRange(0, _start);
            _start = 0;
        }
    }

    /// <summary>Drops the newest entry: what a failover without it looks like.</summary>
    public void DropNewest()
    {
        Bytes -= EntryWeight.Of(_entries[^1]!);
        _entries.RemoveAt(_entries.Count - 1);
    }

    /// <summary>The entry with a serial; null when it is not there.</summary>
    public LogEntry? Find(long serial) =>
        Count == 0 || serial < Oldest.Serial || serial > Oldest.Serial + Count - 1 ? null : _entries[_start + (int)(serial - Oldest.Serial)];

    /// <summary>Up to <paramref name="max"/> entries after a serial; none when the one right after it is gone.</summary>
    public IReadOnlyList<LogEntry> After(long serial, int max)
    {
        if (max <= 0 || Find(serial + 1) is null)
        {
            return [];
        }

        var from = _start + (int)(serial + 1 - Oldest.Serial);
        return _entries.GetRange(from, Math.Min(max, _entries.Count - from))!;
    }
}
