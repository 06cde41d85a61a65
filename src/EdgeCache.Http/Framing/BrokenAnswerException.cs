namespace EdgeCache.Http.Framing;

/// <summary>An upstream's answer is no answer, found while its head was read. The HTTP client asks no second time after this kind of exception, as it does after others.</summary>
internal sealed class BrokenAnswerException(string message, bool isFraming) : InvalidOperationException(message)
{
    /// <summary>True for bytes that are wrong, false for none at all.</summary>
    public bool IsFraming => isFraming;
}
