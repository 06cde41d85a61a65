namespace EdgeCache.Client;

/// <summary>
/// What one reader has written and seen: the session tokens of its last answers. A server's token covers the ones it was sent, so one is kept as a rule and a few
/// while requests overlap. Lives in memory; <see cref="Header"/> can be stored with a user's session and given back. Thread-safe.
/// </summary>
public sealed class EdgeSession
{
    /// <summary>Most tokens kept; requests that overlap more than this may forget the oldest write.</summary>
    public const int MaxTokens = 4;

    private readonly Lock _lock = new();
    private readonly List<string> _tokens = [];

    /// <summary>An empty session.</summary>
    public EdgeSession()
    {
    }

    /// <summary>A session as <see cref="Header"/> of an earlier one said.</summary>
    public EdgeSession(string? header) => _tokens.AddRange(Split(header).TakeLast(MaxTokens));

    /// <summary>The value of <c>Edge-Session</c> to send; null when nothing is known yet.</summary>
    public string? Header
    {
        get
        {
            lock (_lock)
            {
                return _tokens.Count == 0 ? null : string.Join(", ", _tokens);
            }
        }
    }

    /// <summary>Takes the token of an answer to a request that carried <paramref name="sent"/>, which it covers.</summary>
    public void Learn(string? sent, string? received)
    {
        var news = Split(received);
        if (news.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _tokens.RemoveAll(Split(sent).Concat(news).Contains);
            _tokens.AddRange(news);
            if (_tokens.Count > MaxTokens)
            {
                _tokens.RemoveRange(0, _tokens.Count - MaxTokens);
            }
        }
    }

    private static string[] Split(string? header) =>
        (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
