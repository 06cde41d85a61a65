using EdgeCache.Http.Storage.Slabs;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage.Fills;

/// <content>The side of a fill that its readers see: taking pieces, waiting, leaving, and being left behind.</content>
internal sealed partial class EntryFill
{
    /// <summary>The next piece for a reader, or its place among those who wait.</summary>
    internal bool TryRead(FillReader reader, bool wait, out FillRead read)
    {
        TaskCompletionSource? freed = null;
        var done = true;
        lock (_gate)
        {
            var left = reader.Index;
            if (!reader.TryStep(_core.Arena, _first, out read))
            {
                done = State >= FillState.Completed || reader.IsDropped;
                read = new FillRead(State == FillState.Completed && !reader.IsDropped ? FillReadState.End : FillReadState.Failed, default);
            }

            if (!done && wait)
            {
                _readers.Wait(reader);
            }

            if (reader.Index > left && left == _firstIndex)
            {
                freed = FreeBehindReaders();
            }
        }

        freed?.TrySetResult();
        return done;
    }

    /// <summary>True when the reader was still waiting and no longer is.</summary>
    internal bool TryStopWaiting(FillReader reader)
    {
        lock (_gate)
        {
            return _readers.StopWaiting(reader);
        }
    }

    internal void Close(FillReader reader)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            if (reader.IsDropped)
            {
                CloseDropped(reader);
                return;
            }

            _readers.Remove(reader);
            freed = FreeBehindReaders() ?? Interlocked.Exchange(ref _roomFreed, null);
            ReleaseIfDone();
        }

        freed?.TrySetResult();
    }

    private TaskCompletionSource? FreeBehindReaders()
    {
        if (State != FillState.PassingThrough)
        {
            return null;
        }

        var needed = Math.Min(_readers.SlowestIndex(), _lastIndex - 1);
        lock (_core.Gate)
        {
            while (_firstIndex < needed)
            {
                FreeFirstLocked();
            }
        }

        return Interlocked.Exchange(ref _roomFreed, null);
    }

    // What a dropped reader still writes to its client stays until it notices.
    private unsafe void FreeFirstLocked()
    {
        var chunk = _first;
        _first = _core.Arena.Chunk(chunk)->Next;
        _firstIndex++;
        if (_orphans?.ContainsKey(chunk) != true)
        {
            _core.LandLocked(chunk);
            _core.Arena.Free(chunk);
        }
    }

    // One slow reader must not hold up the others; alone it may be as slow as its connection allows.
    private void DropSlowReaders()
    {
        List<FillReader> waiting = [];
        lock (_gate)
        {
            foreach (var reader in _readers.FindSlowest(Written))
            {
                if (_readers.StopWaiting(reader))
                {
                    waiting.Add(reader);
                }

                _readers.Remove(reader);
                reader.IsDropped = true;
                _orphans ??= [];
                _orphans[reader.Chunk] = _orphans.GetValueOrDefault(reader.Chunk) + 1;
            }

            _ = FreeBehindReaders();
        }

        Wake(waiting);
    }

    private void CloseDropped(FillReader reader)
    {
        var orphans = _orphans!; // A dropped reader made it.
        if (--orphans[reader.Chunk] > 0)
        {
            return;
        }

        orphans.Remove(reader.Chunk);
        if (reader.Chunk != 0 && reader.Index < _firstIndex)
        {
            lock (_core.Gate)
            {
                _core.LandLocked(reader.Chunk);
                _core.Arena.Free(reader.Chunk);
            }
        }
    }
}
