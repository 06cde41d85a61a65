using System.Buffers;
using System.IO.Pipelines;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.MissPath;
using EdgeCache.Http.Storage;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// The two ends of a connection as its HTTP/1.1 server sees them. While the server waits for the next request, requests that are simple hits are answered here and
/// never reach it, nor do plain GETs that the upstream must answer; any other request is given to it untouched, and nothing is looked at again until the server has taken exactly its
/// bytes. When it is not certain where a request ends, the rest of the connection is the server's. Used by one reader at a time.
/// </summary>
internal sealed class HitConnection(PipeReader transport, HitSender sender, MissTaker misses, ConnectionWatch watch, EdgeTally tally, IConnectionLifetimeNotificationFeature? lifetime) : PipeReader, IDuplexPipe
{
    private const long Everything = long.MaxValue;

    [ThreadStatic]
    private static byte[]? _joined;

    private enum Turn
    {
        /// <summary>All that came is answered, or the rest is not complete.</summary>
        ReadMore,

        /// <summary>There may be more of what has come to look at.</summary>
        ReadAgain,

        /// <summary>A request was taken off that no stored answer meets.</summary>
        Fetch,

        /// <summary>What follows is the server's.</summary>
        Lend,
    }

    private readonly SocketOutput _output = sender.Output;
    private ReadOnlySequence<byte> _given;
    private long _lent;
    private bool _hasEnded;
    private bool _isLast;
    private volatile bool _isAnswering;

    /// <inheritdoc/>
    public PipeReader Input => this;

    /// <inheritdoc/>
    public PipeWriter Output => _output;

    /// <summary>True when the request that the server has was looked up here in vain.</summary>
    public bool HasMissed { get; private set; }

    /// <summary>True while the application answers a request: what the server writes otherwise is its own.</summary>
    public bool IsAnswering => _isAnswering;

    /// <summary>The server has begun to answer a request.</summary>
    public void Begin() => _isAnswering = true;

    /// <summary>The server has written its answer.</summary>
    public void End() => _isAnswering = false;

    /// <summary>The server's beat, about once a second.</summary>
    public void Beat()
    {
        switch (watch.Beat())
        {
            case ConnectionPhase.Idle:
                transport.CancelPendingRead();
                break;
            case ConnectionPhase.Head:
                tally.CountTimeout();
                transport.CancelPendingRead();
                break;
            case ConnectionPhase.Sending or ConnectionPhase.Relaying:
                tally.CountTimeout();
                _output.Break();
                break;
        }
    }

    /// <summary>
    /// Before the server begins, for a client that said with its requests that no more will come: the server would cut it off, here it gets its answers. False when something is
    /// left for the server.
    /// </summary>
    public async ValueTask<bool> AnswerLastAsync()
    {
        _isLast = true;
        var read = await ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var isAll = read.IsCompleted && read.Buffer.IsEmpty;
        AdvanceTo(read.Buffer.Start);
        return isAll;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        // Answers go out in the order of the requests: a server that reads on while it still answers gets everything.
        _lent = _lent == 0 && _isAnswering ? Everything : _lent;
        return _lent == Everything ? transport.ReadAsync(cancellationToken) : _lent > 0 ? LendAsync(cancellationToken) : ServeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        // The server asks so in the middle of a request only.
        _lent = _lent == 0 ? Everything : _lent;
        if (!transport.TryRead(out result))
        {
            return false;
        }

        _given = result.Buffer;
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_hasEnded)
        {
            return;
        }

        if (_lent is > 0 and < Everything)
        {
            var taken = _given.Slice(_given.Start, consumed).Length;
            _lent = taken > _lent ? Everything : _lent - taken; // It took more than its request: we do not agree on where requests end.
        }

        _given = default;
        transport.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => transport.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => transport.Complete(exception);

    private async ValueTask<ReadResult> LendAsync(CancellationToken cancellation)
    {
        var read = await transport.ReadAsync(cancellation).ConfigureAwait(false);
        _given = read.Buffer;
        return read;
    }

    private async ValueTask<ReadResult> ServeAsync(CancellationToken cancellation)
    {
        if (!_output.IsIdle)
        {
            await _output.FlushAsync(cancellation).ConfigureAwait(false);
        }

        watch.Enter(ConnectionPhase.Idle);
        while (!_output.IsBroken && !watch.IsOver)
        {
            var read = await transport.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = read.Buffer;
            var turn = Serve(ref buffer, mayFetch: _isLast || !read.IsCompleted, out var sending);
            if (!sending.IsCompletedSuccessfully)
            {
                watch.Enter(ConnectionPhase.Sending);
                await sending.ConfigureAwait(false);
            }

            if (turn == Turn.ReadMore && (read.IsCompleted || (read.IsCanceled && IsStopping)))
            {
                _lent = Everything;
                turn = Turn.Lend;
            }

            if (turn == Turn.Lend && watch.TryLend())
            {
                return await GiveAsync(read, buffer, cancellation).ConfigureAwait(false);
            }

            if (turn == Turn.Fetch)
            {
                transport.AdvanceTo(buffer.Start);
                await FetchAsync().ConfigureAwait(false);
                continue;
            }

            // What was not looked at yet must come again by itself.
            Note(buffer.Length, read.Buffer.Length);
            transport.AdvanceTo(buffer.Start, turn == Turn.ReadMore ? buffer.End : buffer.Start);
        }

        _hasEnded = true;
        return new(default, isCanceled: false, isCompleted: true);
    }

    /// <summary>What is left of what came: nothing, the beginning of another request, or more of the same.</summary>
    private void Note(long left, long came)
    {
        if (left == came && left > 0)
        {
            watch.StayInHead();
        }
        else
        {
            watch.Enter(left == 0 ? ConnectionPhase.Idle : ConnectionPhase.Head);
        }
    }

    /// <summary>No beat ends the connection while the upstream is waited for: fills have their own limits.</summary>
    private async ValueTask FetchAsync()
    {
        watch.Enter(ConnectionPhase.Lent);
        await misses.AnswerAsync().ConfigureAwait(false);
        watch.Enter(ConnectionPhase.Idle);
    }

    private bool IsStopping => lifetime?.ConnectionClosedRequested.IsCancellationRequested == true;

    /// <summary>What is left goes to the server as if it had just come.</summary>
    private async ValueTask<ReadResult> GiveAsync(ReadResult read, ReadOnlySequence<byte> rest, CancellationToken cancellation)
    {
        if (rest.Length != read.Buffer.Length)
        {
            transport.AdvanceTo(rest.Start);
            read = await transport.ReadAsync(cancellation).ConfigureAwait(false);
        }

        _given = read.Buffer;
        return read;
    }

    /// <summary>Answers what it can at the start of the buffer and cuts it off. On return nothing of the thread's memory is in use.</summary>
    private Turn Serve(ref ReadOnlySequence<byte> buffer, bool mayFetch, out ValueTask sending)
    {
        sending = default;
        HasMissed = false;
        while (!buffer.IsEmpty)
        {
            var bytes = Joined(buffer);
            var kind = RawHead.Read(bytes, out var head);
            if (kind == HeadKind.Incomplete && buffer.Length < HitLimits.HeadBytes && RawHead.MayBecomeOne(bytes))
            {
                break;
            }

            EntryLease longBody = default;
            if (kind != HeadKind.Simple || !sender.TryAnswer(in head, out longBody))
            {
                if (kind == HeadKind.Simple && mayFetch && misses.TryTake(in head, sender.Host))
                {
                    buffer = buffer.Slice(head.Length);
                    sending = sender.SendAsync();
                    return Turn.Fetch;
                }

                HasMissed = kind == HeadKind.Simple;
                _lent = kind is HeadKind.Simple or HeadKind.Bounded ? head.Length + head.BodyLength : Everything;
                sending = sender.SendAsync();
                return Turn.Lend;
            }

            buffer = buffer.Slice(head.Length);
            if (longBody.IsHeld || sender.IsFull)
            {
                sending = longBody.IsHeld ? sender.SendAsync(longBody) : sender.SendAsync();
                if (!sending.IsCompletedSuccessfully || _output.IsBroken)
                {
                    return Turn.ReadAgain;
                }
            }
        }

        sending = sender.SendAsync();
        return Turn.ReadMore;
    }

    /// <summary>The first bytes in one piece: as they lie if the head ends in the first segment, else a copy.</summary>
    private static ReadOnlySpan<byte> Joined(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment || buffer.FirstSpan.IndexOf("\r\n\r\n"u8) >= 0)
        {
            return buffer.FirstSpan;
        }

        var joined = _joined ??= new byte[HitLimits.HeadBytes];
        var length = (int)Math.Min(buffer.Length, joined.Length);
        buffer.Slice(0, length).CopyTo(joined);
        return joined.AsSpan(0, length);
    }
}
