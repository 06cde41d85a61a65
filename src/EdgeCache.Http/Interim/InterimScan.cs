namespace EdgeCache.Http.Interim;

/// <summary>
/// Reads along the answers on one connection to an upstream up to each final head. Not thread-safe; a request is written and its answer read in turn, as HTTP/1.1 does.
/// </summary>
internal sealed class InterimScan
{
    /// <summary>Most interim responses before one final response; more are a flood.</summary>
    public const int MaxResponses = 32;

    /// <summary>Longest interim head.</summary>
    public const int MaxHead = 16 * 1024;

    private byte[] _partial = [];
    private int _count;
    private bool _isInHead;

    /// <summary>A request went out: an answer follows.</summary>
    public void Begin()
    {
        if (!_isInHead)
        {
            (_isInHead, _count, _partial) = (true, 0, []);
        }
    }

    /// <summary>Looks at what came; gives each complete interim head to <paramref name="found"/>. False when there are too many, or one is too long.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, Action<byte[]> found)
    {
        if (!_isInHead || bytes.IsEmpty)
        {
            return true;
        }

        if (_partial.Length > 0)
        {
            bytes = (byte[])[.. _partial, .. bytes];
        }

        while (bytes.Length >= InterimHead.MarkLength)
        {
            if (!InterimHead.IsInterim(bytes))
            {
                _isInHead = false;
                _partial = [];
                return true;
            }

            var length = InterimHead.LengthOf(bytes);
            if (length == 0)
            {
                break;
            }

            if (++_count > MaxResponses)
            {
                return false;
            }

            found(bytes[..length].ToArray());
            bytes = bytes[length..];
        }

        _partial = bytes.ToArray();
        return _partial.Length <= MaxHead;
    }
}
