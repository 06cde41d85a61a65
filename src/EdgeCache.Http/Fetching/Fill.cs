using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Fetching;

/// <summary>
/// One request to the upstream whose answer may serve many. It runs without any client: the last one to leave ends it only while there is no head yet.
/// Membership changes under <see cref="Coalescer"/>'s lock.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The source is lent and goes back to whom it belongs.")]
internal sealed class Fill
{
    private readonly TaskCompletionSource<FillHead> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _stopGate = new();
    private CancellationTokenSource? _stop;
    private int _responseTaken;
    private int _readerTaken;
    private int _leaderLeft;

    /// <summary>Makes a fill for the request that leads it, at <paramref name="now"/>.</summary>
    public Fill(EdgeRequest leader, UInt128 run, long now)
    {
        Leader = leader;
        Run = run;
        BegunAt = now;

        // Before sending (PLANE.md "Why a floor is right"): whatever rises from here on is above this fill.
        Mark = leader.Zone.Floors.Generation;
    }

    /// <summary>The request that is sent.</summary>
    public EdgeRequest Leader { get; }

    /// <summary>The run it belongs to; default for a fill nobody joins.</summary>
    public UInt128 Run { get; }

    /// <summary>The generation read before sending.</summary>
    public long Mark { get; }

    /// <summary>Not sent before this, in milliseconds of the node's monotone clock.</summary>
    public long BegunAt { get; }

    /// <summary>Who waits.</summary>
    public int Members { get; set; } = 1;

    /// <summary>Nobody may join any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Completes when the head is known; never faults.</summary>
    public Task<FillHead> Head => _head.Task;

    /// <summary>Completes when the fill is over.</summary>
    public Task Ended => _ended.Task;

    /// <summary>True when nobody was left who needed it.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Lends it what stops its request: at once if nobody needs it any more.</summary>
    public CancellationToken StopBy(CancellationTokenSource source)
    {
        lock (_stopGate)
        {
            _stop = source;
            if (IsAbandoned)
            {
                source.Cancel();
            }
        }

        return source.Token;
    }

    /// <summary>From now on nobody touches the source.</summary>
    public void EndStop()
    {
        lock (_stopGate)
        {
            _stop = null;
        }
    }

    /// <summary>May a request that arrives now wait for this fill (PLANE.md 9)? Tags are compared when the head is there.</summary>
    public bool Fits(EdgeRequest request)
    {
        if (IsClosed || !ReferenceEquals(request.Zone, Leader.Zone) || request.Level?.SentSince > BegunAt)
        {
            return false;
        }

        if (_head.Task.IsCompletedSuccessfully)
        {
            return !IsBelowFloor(_head.Task.Result);
        }

        Span<ulong> keys = stackalloc ulong[EntrySelectors.UrlKeys];
        EntrySelectors.WriteUrlKeys(request, keys);
        return request.Zone.Floors.Check(EntrySelectors.Subject(request, keys), Mark) == FloorVerdict.None;
    }

    /// <summary>Everything known, tags too: does a floor lie above this fill?</summary>
    public bool IsBelowFloor(FillHead head) => Leader.Zone.Floors.Check(EntrySelectors.Subject(Leader, head.Selectors), Mark) != FloorVerdict.None;

    /// <summary>Makes the head known to all.</summary>
    public void Announce(FillHead head) => _head.TrySetResult(head);

    /// <summary>The upstream's own answer, once.</summary>
    public HttpResponseMessage? TakeResponse(FillHead head) => Interlocked.Exchange(ref _responseTaken, 1) == 0 ? head.Response : null;

    /// <summary>The leader's place in the stream, once.</summary>
    public FillReader? TakeReader(FillHead head) => Interlocked.Exchange(ref _readerTaken, 1) == 0 ? head.LeaderReader : null;

    /// <summary>True for the first who says that the leader has left.</summary>
    public bool TryUnseatLeader() => Interlocked.Exchange(ref _leaderLeft, 1) == 0;

    /// <summary>Nobody waits: without a head give up, else let go of what only a member could have taken.</summary>
    public void Abandon()
    {
        if (!_head.Task.IsCompletedSuccessfully)
        {
            lock (_stopGate)
            {
                IsAbandoned = true;
                _stop?.Cancel(); // Under the lock: afterwards it may be somebody else's.
            }

            return;
        }

        var head = _head.Task.Result;
        head.Use?.Dispose();
        TakeResponse(head)?.Dispose();
        TakeReader(head)?.Dispose();
    }

    /// <summary>It is over.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>A failure that never reached the upstream's answer.</summary>
    public static FillHead Failure(CacheReason reason, int status = 0) => new() { Kind = FillKind.Failed, Reason = reason, Status = status };
}
