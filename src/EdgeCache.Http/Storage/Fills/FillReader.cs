using System.Threading.Tasks.Sources;
using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage.Fills;

/// <summary>
/// Follows a fill at its own pace. One read at a time; what a read gave is valid until the next read or <see cref="Dispose"/>. Not thread-safe, except that
/// the fill wakes it.
/// </summary>
internal sealed class FillReader : IDisposable, IValueTaskSource<FillRead>
{
    private readonly EntryFill _fill;
    private ManualResetValueTaskSourceCore<FillRead> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private int _offset = BodyHeader.Bytes;
    private int _given;
    private bool _closed;

    public FillReader(EntryFill fill) => _fill = fill;

    /// <summary>Bytes read and done with.</summary>
    public long Position { get; private set; }

    /// <summary>Place among the fill's readers.</summary>
    internal int Place { get; set; }

    /// <summary>Place among those who wait; negative when it does not.</summary>
    internal int WaitPlace { get; set; } = -1;

    /// <summary>True when it was too slow.</summary>
    internal bool IsDropped { get; set; }

    /// <summary>Index of the chunk it stands on.</summary>
    internal long Index { get; private set; }

    /// <summary>The chunk it stands on; 0 before the first read.</summary>
    internal uint Chunk { get; private set; }

    /// <summary>The next piece: at once when there is one, else when it comes.</summary>
    public ValueTask<FillRead> ReadAsync(CancellationToken cancellation)
    {
        _source.Reset();
        _cancellation = cancellation;
        if (_fill.TryRead(this, wait: true, out var read))
        {
            return ValueTask.FromResult(read);
        }

        var version = _source.Version;
        if (cancellation.CanBeCanceled)
        {
            _registration = cancellation.UnsafeRegister(static state => ((FillReader)state!).Cancel(), this);
        }

        return new ValueTask<FillRead>(this, version);
    }

    /// <summary>Ends following; the last to leave frees what was not stored.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _fill.Close(this);
        }
    }

    FillRead IValueTaskSource<FillRead>.GetResult(short token)
    {
        _registration.Dispose();
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<FillRead>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<FillRead>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Called once after it was taken from those who wait.</summary>
    internal void Wake()
    {
        // Between being taken and this call nothing can be gone: it still follows.
        if (_fill.TryRead(this, wait: true, out var read))
        {
            _source.SetResult(read);
        }
    }

    /// <summary>Moves past what was given and takes what is there now; false when there is nothing yet. Needs the fill's lock.</summary>
    internal unsafe bool TryStep(SlabArena arena, uint first, out FillRead read)
    {
        read = default;
        if (IsDropped)
        {
            return false;
        }

        Position += _given;
        _offset += _given;
        _given = 0;
        if (Chunk == 0)
        {
            Chunk = first;
            if (first == 0)
            {
                return false;
            }
        }

        if (arena.Chunk(Chunk)->Used == _offset && arena.Chunk(Chunk)->Next is var next && next != 0)
        {
            Chunk = next;
            Index++;
            _offset = ChunkHeader.Bytes;
        }

        _given = (int)arena.Chunk(Chunk)->Used - _offset;
        if (_given == 0)
        {
            return false;
        }

        read = new FillRead(FillReadState.Data, arena.Memory(Chunk, _offset, _given));
        return true;
    }

    private void Cancel()
    {
        if (_fill.TryStopWaiting(this))
        {
            _source.SetException(new OperationCanceledException(_cancellation));
        }
    }
}
