namespace EdgeCache.Http.Framing;

/// <summary>An answer that begins while its request is still being written (RFC 9112 §9.5, RFC 9110 §10.1.1).</summary>
internal static class EarlyAnswer
{
    /// <summary>Most that is looked at, bytes: room for some interim heads and the status behind them.</summary>
    public const int MaxPeek = 4096;

    /// <summary>Bytes of a status line that tell its status.</summary>
    private const int StatusLength = 12;

    /// <summary>True for a final status that is no outcome of the whole request; after a success an upstream may well read on.</summary>
    public static bool Refuses(int status) => status >= 300;

    /// <summary>True when what an upstream has sent so far is such an answer; false also while that cannot be told.</summary>
    public static bool Refuses(ReadOnlySpan<byte> sent)
    {
        while (sent.Length >= StatusLength)
        {
            var status = AnswerScan.StatusOf(sent);
            var end = sent.IndexOf("\r\n\r\n"u8);
            if (status is < 100 or >= 200 or 101 || end < 0)
            {
                return Refuses(status);
            }

            sent = sent[(end + 4)..];
        }

        return false;
    }
}
