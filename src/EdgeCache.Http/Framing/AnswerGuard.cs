namespace EdgeCache.Http.Framing;

/// <summary>
/// Follows the answers on one HTTP/1.1 connection to an upstream more strictly than the client above: heads that could be read in two ways, chunks that are none, and bytes
/// behind the answer make it broken (RFC 9112 §2.2, §6.3, §7.1, §9.2). Where it is not sure it lets pass, and the client judges alone. Not thread-safe: a request is written and its
/// answer read in turn.
/// </summary>
internal sealed class AnswerGuard
{
    /// <summary>Most bytes of a head that comes in pieces; the client's own limit is lower or the same.</summary>
    private const int MaxHead = 128 * 1024;

    private const int LongestMethod = 64;

    private Phase _phase;
    private bool _isForHead;
    private int _exchanges;
    private long _left;
    private ChunkScan _chunks;
    private readonly PartialHead _partial = new();

    private enum Phase : byte
    {
        /// <summary>No answer is due, or where it ends is not known.</summary>
        Idle,
        Head,
        Length,
        Chunks,

        /// <summary>The answer is over: nothing may follow it before the next request.</summary>
        Over,
    }

    /// <summary>True while no byte of the answer has come on a connection that was made for it: then the upstream took the request and gave nothing.</summary>
    public bool IsUnansweredOnFresh => _phase == Phase.Head && _exchanges == 1 && _partial.IsEmpty;

    /// <summary>True when the answer is over as its head or its last chunk said.</summary>
    public bool IsOver => _phase == Phase.Over;

    /// <summary>Status of the final head that was read last.</summary>
    public int Status { get; private set; }

    /// <summary>True once the final head is complete.</summary>
    public bool IsInBody => _phase != Phase.Head;

    /// <summary>
    /// Something is written: a request, if no answer is due and it begins as one; otherwise more of a body, whatever a client may have put into it. True for a request.
    /// </summary>
    public bool Begin(ReadOnlySpan<byte> written)
    {
        if (_phase is not (Phase.Idle or Phase.Over))
        {
            return false;
        }

        var space = written[..Math.Min(written.Length, LongestMethod)].IndexOf((byte)' ');
        if (space > 0 && written.IndexOf("\r\n"u8) is > 0 and var line && written[..line].EndsWith(" HTTP/1.1"u8))
        {
            _exchanges++;
            (_phase, _isForHead) = (Phase.Head, written[..space].SequenceEqual("HEAD"u8));
            _partial.Clear();
            return true;
        }

        return false;
    }

    /// <summary>Looks at what came; false when the answer is broken.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (_phase)
            {
                case Phase.Head when !TryHead(ref bytes):
                    return false;
                case Phase.Head:
                    break;
                case Phase.Length:
                    var now = Math.Min(_left, bytes.Length);
                    _left -= now;
                    _phase = _left == 0 ? Phase.Over : Phase.Length;
                    return now == bytes.Length;
                case Phase.Chunks:
                    var isSound = _chunks.TryRead(bytes, out var used);
                    _phase = _chunks.IsDone ? Phase.Over : Phase.Chunks;
                    return isSound && used == bytes.Length;
                case Phase.Over:
                    return false;
                default:
                    return true; // The client does not use a connection again that has something to read.
            }
        }

        return true;
    }

    /// <summary>Takes a complete head off, or all there is of an incomplete one.</summary>
    private bool TryHead(ref ReadOnlySpan<byte> bytes)
    {
        if (!_partial.TryComplete(ref bytes, out var head))
        {
            return !_partial.HasLoneLineFeed && _partial.Length <= MaxHead;
        }

        var facts = AnswerScan.Read(head);
        _partial.Clear();
        return facts.IsSound && Enter(facts);
    }

    private bool Enter(AnswerFacts facts)
    {
        if (facts.Status is >= 100 and < 200 and not 101)
        {
            return true; // Another head follows.
        }

        (_chunks, _left, Status) = (default, facts.Length ?? 0, facts.Status);

        // A body where there is none by the request or the status is a common fault and in no doubt: the client above drops it with the connection.
        _phase = _isForHead || facts.Status is 101 or 204 or 304 ? Phase.Idle
            : facts.HasCoding ? facts is { IsChunked: true, Length: null } ? Phase.Chunks : Phase.Idle
            : _left > 0 ? Phase.Length
            : facts.Length is null ? Phase.Idle
            : Phase.Over;
        return true;
    }
}
