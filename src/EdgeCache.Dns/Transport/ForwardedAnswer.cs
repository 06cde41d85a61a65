namespace EdgeCache.Dns.Transport;

/// <summary>What became of a forwarded question.</summary>
/// <param name="Outcome">Whether there is a message.</param>
/// <param name="Message">The whole answer; empty without one.</param>
/// <param name="Lifetime">Seconds for which it may be used again; null: not at all.</param>
public readonly record struct ForwardedAnswer(ForwardOutcome Outcome, ReadOnlyMemory<byte> Message, uint? Lifetime);

/// <summary>How forwarding a question ended.</summary>
public enum ForwardOutcome
{
    /// <summary>The server answered, whatever it said.</summary>
    Answered,

    /// <summary>The message is no query with one question: the client's fault.</summary>
    Malformed,

    /// <summary>Too many questions wait already.</summary>
    Busy,

    /// <summary>The server did not answer in time or cannot be reached.</summary>
    Unanswered,
}
