using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EdgeCache.Http.Framing;

/// <summary>
/// Reads along what an HTTP/1 connection brings, before the server's own parser does: each head once, when it is complete, and chunked bodies. What is refused is answered
/// here where nothing of the message was handed on, and otherwise ends as a broken request. Costs a scan of the head and no allocation. One reader, as with every pipe.
/// </summary>
internal sealed class RequestGuard(PipeReader inner, Func<FramingProblem, ReadOnlyMemory<byte>> answer, PipeWriter output) : PipeReader
{
    /// <summary>Most bytes of a head that comes in pieces; the server's own limits are lower.</summary>
    private const int MaxHead = 128 * 1024;

    private static readonly ReadOnlyMemory<byte> _malformedHeader = ":\r\n\r\n"u8.ToArray();

    private Phase _phase;
    private ReadOnlySequence<byte> _handed;
    private long _consumed;
    private long _end;
    private ChunkScan _chunks;
    private ArrayBufferWriter<byte>? _pieces;
    private bool _isPoisoned;

    private enum Phase : byte
    {
        /// <summary>In a head that is not complete.</summary>
        Head,

        /// <summary>In a message whose end is known.</summary>
        Ends,

        /// <summary>In a chunked body; <see cref="_end"/> is how far it was read.</summary>
        Chunks,

        /// <summary>No longer HTTP/1.</summary>
        Opaque,
    }

    /// <summary>Fields that the current request's Connection lists (RFC 9110 §7.6.1); null when there are none.</summary>
    public string? Listed { get; private set; }

    /// <summary>The connection changes its protocol: what follows is not looked at.</summary>
    public void Release() => _phase = Phase.Opaque;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_isPoisoned)
        {
            return new(new ReadResult(default, isCanceled: false, isCompleted: true));
        }

        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Look(reading.Result)) : ReadLaterAsync(reading);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (_isPoisoned)
        {
            result = new ReadResult(default, isCanceled: false, isCompleted: true);
            return true;
        }

        var read = inner.TryRead(out result);
        result = read ? Look(result) : result;
        return read;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isPoisoned)
        {
            return;
        }

        var start = _handed.Start;
        _consumed += ReferenceEquals(start.GetObject(), consumed.GetObject()) ? consumed.GetInteger() - start.GetInteger() : _handed.Slice(start, consumed).Length;
        if (_phase == Phase.Ends && _consumed >= _end)
        {
            (_phase, _consumed, _end) = (Phase.Head, 0, 0);
        }

        inner.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadLaterAsync(ValueTask<ReadResult> reading) => Look(await reading.ConfigureAwait(false));

    private ReadResult Look(ReadResult read)
    {
        _handed = read.Buffer;
        var problem = _phase switch
        {
            Phase.Head => LookAtHead(read.Buffer),
            Phase.Chunks => LookAtChunks(read.Buffer),
            _ => FramingProblem.None,
        };
        return problem == FramingProblem.None ? read : Refuse(problem);
    }

    private FramingProblem LookAtHead(ReadOnlySequence<byte> buffer)
    {
        if (_consumed == 0)
        {
            RequestScheme.Lower(buffer.First);
        }

        if (_pieces is null && buffer.IsSingleSegment)
        {
            if (TryHead(buffer.FirstSpan, out var problem))
            {
                return problem == FramingProblem.None ? LookAtChunks(buffer) : problem;
            }
        }

        Keep(buffer);
        if (!TryHead(_pieces!.WrittenSpan, out var found)) // Keep has made it.
        {
            return _pieces.WrittenCount < MaxHead ? FramingProblem.None : FramingProblem.HeadTooLarge;
        }

        _pieces = null;
        return found == FramingProblem.None ? LookAtChunks(buffer) : found;
    }

    /// <summary>False while the head is not complete.</summary>
    private bool TryHead(ReadOnlySpan<byte> bytes, out FramingProblem problem)
    {
        problem = FramingProblem.None;
        var start = 0;
        while (bytes[start..].StartsWith("\r\n"u8))
        {
            start += 2; // RFC 9112 §2.2: empty lines before a request are skipped.
        }

        var end = bytes[start..].IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            problem = HeadScan.HasLoneLineFeed(bytes[start..]) ? FramingProblem.LineEnd : FramingProblem.None;
            return problem != FramingProblem.None;
        }

        var facts = HeadScan.Read(bytes.Slice(start, end + 4));
        problem = facts.Problem;
        Listed = facts.Listed;
        _end = start + end + 4 + facts.Length;
        _phase = facts.IsChunked ? Phase.Chunks : Phase.Ends;
        _chunks = default;
        return true;
    }

    /// <summary>The server takes a head line by line, so what it takes of an incomplete one is kept. What follows a head may be long, and is kept no further than a head may be.</summary>
    private void Keep(ReadOnlySequence<byte> buffer)
    {
        _pieces ??= new ArrayBufferWriter<byte>(1024);
        foreach (var piece in buffer.Slice(_pieces.WrittenCount - _consumed))
        {
            _pieces.Write(piece.Span[..Math.Min(piece.Length, MaxHead - _pieces.WrittenCount)]);
        }
    }

    private FramingProblem LookAtChunks(ReadOnlySequence<byte> buffer)
    {
        if (_phase != Phase.Chunks)
        {
            return FramingProblem.None;
        }

        foreach (var piece in buffer.Slice(_end - _consumed))
        {
            var isSound = _chunks.TryRead(piece.Span, out var used);
            _end += used;
            if (!isSound)
            {
                return FramingProblem.Chunk;
            }

            if (_chunks.IsDone)
            {
                _phase = Phase.Ends;
                break;
            }
        }

        return FramingProblem.None;
    }

    private ReadResult Refuse(FramingProblem problem)
    {
        var told = answer(problem);
        if (_consumed > 0)
        {
            return Poison(problem == FramingProblem.Chunk ? default : _malformedHeader);
        }

        output.Write(told.Span);
        _ = output.FlushAsync().AsTask(); // Seen off by the close that follows.
        return Poison(default);
    }

    /// <summary>The server sees an end, or something it refuses itself; the bytes of the peer are let go.</summary>
    private ReadResult Poison(ReadOnlyMemory<byte> instead)
    {
        inner.AdvanceTo(_handed.End);
        _isPoisoned = true;
        return new ReadResult(new ReadOnlySequence<byte>(instead), isCanceled: false, isCompleted: true);
    }
}
