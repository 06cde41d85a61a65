namespace EdgeCache.Http.Framing;

/// <summary>A head that comes in pieces, each byte looked at once however small they are. Not thread-safe.</summary>
internal sealed class PartialHead
{
    private byte[] _bytes = [];

    /// <summary>Bytes kept.</summary>
    public int Length { get; private set; }

    /// <summary>True when nothing is kept.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>True when a line feed without its carriage return is among the bytes kept.</summary>
    public bool HasLoneLineFeed { get; private set; }

    /// <summary>Forgets what is kept.</summary>
    public void Clear() => (_bytes, Length, HasLoneLineFeed) = ([], 0, false);

    /// <summary>
    /// Takes a head with its empty line off what came, if this completes it; otherwise keeps all. <paramref name="head"/> is valid until <see cref="Clear"/>.
    /// </summary>
    public bool TryComplete(ref ReadOnlySpan<byte> came, out ReadOnlySpan<byte> head)
    {
        if (Length == 0 && came.IndexOf("\r\n\r\n"u8) is >= 0 and var whole)
        {
            head = came[..(whole + 4)];
            came = came[(whole + 4)..];
            return true;
        }

        var before = Length;
        Keep(came);
        var searched = Math.Max(0, before - 3); // The end may have begun in what was kept.
        var end = _bytes.AsSpan(searched, Length - searched).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            HasLoneLineFeed |= HasLoneFeedFrom(before);
            came = head = default;
            return false;
        }

        head = _bytes.AsSpan(0, searched + end + 4);
        came = came[(head.Length - before)..];
        return true;
    }

    private void Keep(ReadOnlySpan<byte> came)
    {
        if (_bytes.Length < Length + came.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + came.Length));
        }

        came.CopyTo(_bytes.AsSpan(Length));
        Length += came.Length;
    }

    private bool HasLoneFeedFrom(int start)
    {
        for (var at = start; at < Length; at++)
        {
            var feed = _bytes.AsSpan(at, Length - at).IndexOf((byte)'\n');
            if (feed < 0)
            {
                return false;
            }

            at += feed;
            if (at == 0 || _bytes[at - 1] != '\r')
            {
                return true;
            }
        }

        return false;
    }
}
