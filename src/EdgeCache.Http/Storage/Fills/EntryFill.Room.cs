using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage.Fills;

/// <summary>Room for the writer: blocks of the store one after the other, and the turn to pass-through when there are no more for it.</summary>
internal sealed partial class EntryFill
{
    private static readonly TimeSpan _slowReaderGrace = TimeSpan.FromSeconds(2);

    private async ValueTask<Memory<byte>> AwaitRoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            TaskCompletionSource freed;
            lock (_gate)
            {
                if (TryGetRoom(out var room) || (State == FillState.PassingThrough && _readers.Count == 0) || State >= FillState.Completed)
                {
                    return room;
                }

                freed = _roomFreed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await freed.Task.WaitAsync(_slowReaderGrace, _core.Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            if (!freed.Task.IsCompleted)
            {
                DropSlowReaders();
            }
        }
    }

    private unsafe bool TryGetRoom(out Memory<byte> room)
    {
        room = default;
        if (State >= FillState.Completed)
        {
            return false;
        }

        if (_last != 0 && _core.Arena.At(_last)->Capacity > _core.Arena.Chunk(_last)->Used)
        {
            room = RoomInLast();
            return true;
        }

        if (State == FillState.Storing && Written >= _core.Options.ObjectLimit && Written != _contentLength)
        {
            PassThrough(StoreOutcome.TooLarge);
        }

        if (State == FillState.PassingThrough && (_readers.Count == 0 || Written - _readers.SlowestPosition() >= StoreLimits.PassThroughWindow))
        {
            return false;
        }

        if (!TryAddChunk())
        {
            return false;
        }

        room = RoomInLast();
        return true;
    }

    private unsafe Memory<byte> RoomInLast()
    {
        var used = (int)_core.Arena.Chunk(_last)->Used;
        return _core.Arena.Memory(_last, used, _core.Arena.At(_last)->Capacity - used);
    }

    private bool TryAddChunk()
    {
        var header = _lastIndex == 0 ? BodyHeader.Bytes : ChunkHeader.Bytes;
        var want = _nextChunk;
        if (_contentLength is { } length && State == FillState.Storing)
        {
            // One byte more than announced has to be seen: it makes the answer invalid.
            want = (int)Math.Clamp(length - Written, 1, StoreLimits.MaxChunkBytes);
        }

        _nextChunk = Math.Min(_nextChunk * 2, StoreLimits.MaxChunkBytes);
        uint chunk;
        lock (_core.Gate)
        {
            chunk = State == FillState.Storing && _core.IsFullOfFills ? 0 : _core.AllocateChunkLocked(want + header, overdraft: State == FillState.PassingThrough);
        }

        if (chunk == 0 && State == FillState.Storing)
        {
            PassThrough(StoreOutcome.NoRoom);
            return TryAddChunk();
        }

        if (chunk == 0)
        {
            return false;
        }

        Append(chunk, header);
        return true;
    }

    private unsafe void Append(uint chunk, int header)
    {
        *_core.Arena.Chunk(chunk) = new ChunkHeader { Used = (uint)header };
        if (_last == 0)
        {
            _first = chunk;
        }
        else
        {
            _core.Arena.Chunk(_last)->Next = chunk;
        }

        _last = chunk;
        _lastIndex++;
    }

    private void PassThrough(StoreOutcome reason)
    {
        State = FillState.PassingThrough;
        Outcome = reason;
        lock (_core.Gate)
        {
            FreeHeadLocked();
        }
    }
}
