using System.Threading.Tasks.Sources;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// A question that has left on a socket of its own and waits for its reply. Owned by one <see cref="UpstreamLoop"/>, which alone ends it, on its own thread and
/// with whatever awaits it there. Used again afterwards.
/// </summary>
internal sealed class UdpQuestion : IValueTaskSource<UpstreamReply>
{
    private readonly UpstreamLoop _owner;
    private ManualResetValueTaskSourceCore<UpstreamReply> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private volatile bool _isCancelled;

    public UdpQuestion(UpstreamLoop owner) => _owner = owner;

    public ReadOnlyMemory<byte> Query { get; private set; }

    public int Descriptor { get; private set; }

    public long Start { get; private set; }

    /// <summary>When nobody waits any longer; a time stamp of the clock.</summary>
    public long Deadline { get; private set; }

    /// <summary>Replies that did not fit.</summary>
    public int Misses { get; set; }

    public bool IsCancelled => _isCancelled;

    public ValueTask<UpstreamReply> Task => new(this, _source.Version);

    public void Begin(int descriptor, ReadOnlyMemory<byte> query, long start, long deadline, CancellationToken cancellation)
    {
        Descriptor = descriptor;
        Query = query;
        Start = start;
        Deadline = deadline;
        Misses = 0;
        _isCancelled = false;
        _cancellation = cancellation;
        _registration = cancellation.UnsafeRegister(static q => ((UdpQuestion)q!)._isCancelled = true, this); // What was passed.
    }

    public void End(in UpstreamReply reply)
    {
        _registration.Dispose();
        _source.SetResult(reply);
    }

    public void End(Exception fault)
    {
        _registration.Dispose();
        _source.SetException(fault);
    }

    public void EndCancelled() => End(new OperationCanceledException(_cancellation));

    UpstreamReply IValueTaskSource<UpstreamReply>.GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            Query = default;
            _owner.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<UpstreamReply>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<UpstreamReply>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
