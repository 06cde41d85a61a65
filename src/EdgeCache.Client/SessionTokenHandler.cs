namespace EdgeCache.Client;

/// <summary>
/// Read-your-writes for any <see cref="HttpClient"/>: sends the session token it last got (<c>Edge-Session</c>) and asks for the level <c>session</c>, so that whichever edge answers
/// next has applied what this client wrote. A request that names a level of its own (<c>Edge-Consistency</c>) keeps it. Thread-safe.
/// </summary>
public sealed class SessionTokenHandler : DelegatingHandler
{
    private const string SessionHeader = "Edge-Session";
    private const string LevelHeader = "Edge-Consistency";

    /// <summary>A session of its own over a handler to be set, as <c>HttpClientFactory</c> does.</summary>
    public SessionTokenHandler()
        : this(new EdgeSession())
    {
    }

    /// <summary>A session of its own over <paramref name="inner"/>: <c>new HttpClient(new SessionTokenHandler(new SocketsHttpHandler()))</c>.</summary>
    public SessionTokenHandler(HttpMessageHandler inner)
        : base(inner) => Session = new EdgeSession();

    /// <summary>A session shared with others.</summary>
    public SessionTokenHandler(EdgeSession session) => Session = session;

    /// <summary>The session.</summary>
    public EdgeSession Session { get; }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = Session.Header;
        if (sent is not null)
        {
            request.Headers.Remove(SessionHeader);
            request.Headers.TryAddWithoutValidation(SessionHeader, sent);
            if (!request.Headers.Contains(LevelHeader))
            {
                request.Headers.TryAddWithoutValidation(LevelHeader, "session");
            }
        }

        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Headers.TryGetValues(SessionHeader, out var received))
        {
            Session.Learn(sent, string.Join(", ", received));
        }

        return response;
    }
}
