using EdgeCache.Http.Storage.Slabs;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage.Fills;

/// <summary>
/// A response while it comes in. One writer appends to blocks of the store, so there is no second copy; any number of readers follow at their own pace.
/// At the end it is published as a whole or not at all. A body that outgrows the object limit, or for which there is no room, goes on in pass-through:
/// blocks are freed behind the slowest reader, and the writer waits when it is a window ahead of it.
/// The writer calls <see cref="GetRoomAsync"/>, <see cref="Advance"/>, … and one of <see cref="Complete"/>, <see cref="Fail"/>, <see cref="Dispose"/>.
/// </summary>
internal sealed partial class EntryFill : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StoreCore _core;
    private readonly StorePublisher _publisher;
    private readonly FillReaders _readers = new();
    private readonly ulong _hash;
    private readonly ZoneState _zone;
    private readonly long _mark;
    private readonly long? _contentLength;
    private TaskCompletionSource? _roomFreed;
    private uint _head;
    private uint _first;
    private uint _last;
    private long _firstIndex;
    private long _lastIndex;
    private int _nextChunk = StoreLimits.FirstChunkBytes;
    private Dictionary<uint, int>? _orphans;
    private bool _published;
    private bool _writerDone;
    private bool _released;

    public EntryFill(StoreCore core, StorePublisher publisher, in EntryDraft draft, ulong hash, long? contentLength)
    {
        _core = core;
        _publisher = publisher;
        _hash = hash;
        _zone = draft.Zone;
        _mark = draft.Mark;
        _contentLength = contentLength;
        if (contentLength > core.Options.ObjectLimit)
        {
            Outcome = StoreOutcome.TooLarge;
        }
        else
        {
            _head = publisher.WriteHead(draft, body: default, out var outcome);
            Outcome = outcome;
        }

        State = Outcome == StoreOutcome.Stored ? FillState.Storing : FillState.PassingThrough;
    }

    /// <summary>Where it stands.</summary>
    public FillState State { get; private set; }

    /// <summary>After the end: what became of it. Before: <see cref="StoreOutcome.Stored"/> as long as nothing stands against it.</summary>
    public StoreOutcome Outcome { get; private set; }

    /// <summary>Bytes written.</summary>
    public long Written { get; private set; }

    /// <summary>A reader that starts at the first byte; null when that is gone already.</summary>
    public FillReader? OpenReader()
    {
        lock (_gate)
        {
            if (_released || _firstIndex > 0 || State == FillState.Failed)
            {
                return null;
            }

            var reader = new FillReader(this);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>
    /// Room for the next bytes, to be confirmed by <see cref="Advance"/>. Completes at once while storing; in pass-through it waits for the slowest reader.
    /// Empty when nobody is left to read a body that is not stored, or no memory at all is left: give up.
    /// </summary>
    public ValueTask<Memory<byte>> GetRoomAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (TryGetRoom(out var room))
            {
                return new(room);
            }
        }

        return AwaitRoomAsync(cancellation);
    }

    /// <summary>Says that so many bytes of the room are written; readers see them.</summary>
    public unsafe void Advance(int bytes)
    {
        List<FillReader> wake;
        lock (_gate)
        {
            _core.Arena.Chunk(_last)->Used += (uint)bytes;
            Written += bytes;
            wake = _readers.TakeWaiting();
        }

        Wake(wake);
    }

    /// <summary>Ends the body and publishes it if it may be stored. Readers get the rest in any case, unless the length is wrong.</summary>
    public StoreOutcome Complete()
    {
        List<FillReader> wake;
        lock (_gate)
        {
            if (State >= FillState.Completed)
            {
                return Outcome;
            }

            if (_contentLength is { } announced && announced != Written)
            {
                Outcome = StoreOutcome.WrongLength;
            }
            else if (Outcome == StoreOutcome.Stored)
            {
                Outcome = Publish();
            }

            State = Outcome == StoreOutcome.WrongLength ? FillState.Failed : FillState.Completed;
            _core.CountFill(Outcome);
            wake = _readers.TakeWaiting();
            EndWriting();
        }

        Wake(wake);
        return Outcome;
    }

    /// <summary>Breaks the body off: nothing is stored, readers fail when they come to the end of what is there.</summary>
    public void Fail()
    {
        List<FillReader> wake;
        lock (_gate)
        {
            if (State >= FillState.Completed)
            {
                return;
            }

            Outcome = StoreOutcome.WrongLength;
            State = FillState.Failed;
            wake = _readers.TakeWaiting();
            EndWriting();
        }

        Wake(wake);
    }

    /// <summary>Fails unless completed.</summary>
    public void Dispose() => Fail();

    /// <summary>Writes a whole body and completes.</summary>
    public StoreOutcome Put(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty && State == FillState.Storing)
        {
            Memory<byte> room;
            lock (_gate)
            {
                if (!TryGetRoom(out room))
                {
                    break;
                }
            }

            var now = Math.Min(room.Length, body.Length);
            body[..now].CopyTo(room.Span);
            body = body[now..];
            Advance(now);
        }

        if (!body.IsEmpty)
        {
            var refused = Outcome;
            Fail();
            return Outcome = refused == StoreOutcome.Stored ? StoreOutcome.NoRoom : refused;
        }

        return Complete();
    }

    private static void Wake(List<FillReader> readers)
    {
        foreach (var reader in readers)
        {
            reader.Wake();
        }
    }

    private void EndWriting()
    {
        _writerDone = true;
        lock (_core.Gate)
        {
            FreeHeadLocked();
        }

        ReleaseIfDone();
    }

    private void FreeHeadLocked()
    {
        if (_head != 0)
        {
            _core.Arena.Free(_head);
            _head = 0;
        }
    }

    // The blocks go when the writer is done and the last reader has left.
    private void ReleaseIfDone()
    {
        if (_released || !_writerDone || _readers.Count > 0)
        {
            return;
        }

        _released = true;
        lock (_core.Gate)
        {
            if (_published)
            {
                _core.ReleaseBodyLocked(_first);
                return;
            }

            while (_first != 0)
            {
                FreeFirstLocked();
            }
        }
    }
}
