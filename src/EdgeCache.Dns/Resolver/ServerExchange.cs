using System.Collections.Concurrent;
using System.Net;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>How asking one server ended.</summary>
internal enum ExchangeEnd
{
    /// <summary>There is a judged reply.</summary>
    Judged,

    /// <summary>It stayed silent.</summary>
    Silent,

    /// <summary>It cannot be reached.</summary>
    Unreachable,

    /// <summary>The question may cause no more work.</summary>
    OutOfBudget,
}

/// <summary>The end of asking one server; <see cref="SentAt"/> is when the question left that was answered.</summary>
internal sealed record ExchangeResult(ExchangeEnd End, JudgedReply? Reply, long SentAt);

/// <summary>
/// Asks one server one question, with what its kind of trouble needs: TCP for truncated and doubtful replies, no EDNS for servers that stumble over it, its
/// cookie. The same question to the same server is asked once at a time, whoever wants to know. Thread-safe.
/// </summary>
internal sealed class ServerExchange
{
    /// <summary>Changes of form for one try: EDNS, cookie, TCP, case.</summary>
    private const int MaxForms = 5;

    private readonly IUpstreamTransport _transport;
    private readonly ServerBook _book;
    private readonly ResolverOptions _options;
    private readonly Random _random;
    private readonly byte[] _secret = new byte[SipHash24.KeyLength];
    private readonly ConcurrentDictionary<(IPEndPoint Server, DomainName Zone, Asked Asked, AskManner Manner), Task<ExchangeResult>> _running = new();

    private long _joined;

    public ServerExchange(IUpstreamTransport transport, ServerBook book, ResolverOptions options, Random random)
    {
        _transport = transport;
        _book = book;
        _options = options;
        _random = random;
        random.NextBytes(_secret);
    }

    /// <summary>Questions that joined one already under way.</summary>
    public long Joined => Volatile.Read(ref _joined);

    /// <param name="server">Who is asked.</param>
    /// <param name="ask">What.</param>
    /// <param name="manner">How patiently and how plainly.</param>
    /// <param name="budget">Pays for each question sent.</param>
    /// <param name="cancellation">Ends the waiting of all that joined.</param>
    public async ValueTask<ExchangeResult> AskAsync(IPEndPoint server, ServerAsk ask, AskManner manner, WorkBudget budget, CancellationToken cancellation)
    {
        if (!budget.Joins)
        {
            return await RunAsync(server, ask, manner, budget, cancellation).ConfigureAwait(false);
        }

        var key = (server, ask.Zone, ask.Asked, manner);
        var mine = new TaskCompletionSource<ExchangeResult>();
        Task<ExchangeResult> running = _running.GetOrAdd(key, mine.Task);
        if (!ReferenceEquals(running, mine.Task))
        {
            Interlocked.Increment(ref _joined);
            if (!budget.TryQuery())
            {
                return new ExchangeResult(ExchangeEnd.OutOfBudget, null, 0);
            }

            ExchangeResult shared = await running.WaitAsync(cancellation).ConfigureAwait(false);

            // It may have been the other's budget that ended.
            return shared.End != ExchangeEnd.OutOfBudget ? shared : await AskAsync(server, ask, manner, budget, cancellation).ConfigureAwait(false);
        }

        try
        {
            ExchangeResult result = await RunAsync(server, ask, manner, budget, cancellation).ConfigureAwait(false);
            _running.TryRemove(key, out _);
            mine.SetResult(result);
            return result;
        }
        catch (Exception e)
        {
            // Those who joined hear of it too; the first of us reports.
            _running.TryRemove(key, out _);
            mine.SetException(e);
            _ = mine.Task.Exception;
            throw;
        }
    }

    private async ValueTask<ExchangeResult> RunAsync(IPEndPoint server, ServerAsk ask, AskManner manner, WorkBudget budget, CancellationToken cancellation)
    {
        ServerState state = _book.Of(server);
        var form = new ExchangeForm
        {
            // Taken for one that avoids EDNS when it was only silent, a server could not say any more which version it answers from.
            IsPlain = (!ask.WantsVersion && state.AvoidsEdns(_book.Now)) || (manner.IsPlainest && !state.TakesEdns),
            KeepsCase = state.SpoilsCase,
        };
        for (int tries = 0; tries < MaxForms; tries++)
        {
            if (!budget.TryQuery())
            {
                return new ExchangeResult(ExchangeEnd.OutOfBudget, null, 0);
            }

            if (state.Cookie.Length == 0)
            {
                state.Cookie = UpstreamQuestion.ClientCookie(_secret, server);
            }

            byte[] query = Write(ask, state, !form.IsPlain, _options.MixCase && !form.KeepsCase);
            TimeSpan timeout = form.OverTcp ? _options.TcpTimeout : state.Patience(_options.UdpTimeout, manner.Quarters);
            TimeSpan left = budget.Left;
            bool isCutShort = left < timeout && left < _options.UdpTimeout;
            long sentAt = _book.Now;
            UpstreamReply reply = await SendAsync(state, new UpstreamRequest(server, query, form.OverTcp, timeout < left ? timeout : left), cancellation).ConfigureAwait(false);
            if (reply.Outcome != UpstreamOutcome.Answered)
            {
                if (form.TryAfter(reply.Outcome, state))
                {
                    continue;
                }

                if (isCutShort && reply.Outcome == UpstreamOutcome.TimedOut)
                {
                    // It had no time to answer: nothing is learnt about it.
                    budget.EndTime();
                    return new ExchangeResult(ExchangeEnd.OutOfBudget, null, 0);
                }

                return Silent(state, reply.Outcome, form.OverTcp);
            }

            if (!form.OverTcp)
            {
                state.Answered(reply.Elapsed);
            }

            if (Take(ask, state, form, query, reply.Message) is { } judged)
            {
                return new ExchangeResult(ExchangeEnd.Judged, judged, sentAt);
            }
        }

        return new ExchangeResult(ExchangeEnd.Judged, new JudgedReply(ReplyKind.Failed), 0);
    }

    private async ValueTask<UpstreamReply> SendAsync(ServerState state, UpstreamRequest request, CancellationToken cancellation)
    {
        state.BeginWaiting();
        try
        {
            return await _transport.ExchangeAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            state.EndWaiting();
        }
    }

    /// <summary>Reads and judges a reply; null when the question is to be asked in another form, which stands in <paramref name="form"/> then.</summary>
    private JudgedReply? Take(ServerAsk ask, ServerState state, ExchangeForm form, byte[] query, Memory<byte> reply)
    {
        Span<byte> message = reply.Span;
        RestoreCase(message, query, ask.Asked, out bool isSpoilt);
        state.SpoilsCase |= isSpoilt && form.OverTcp;
        if (!ReplyContent.TryRead(message, out ReplyContent? read) || read is not { } content)
        {
            // It sent more than it was told would be taken, and the end is lost; or what it makes of EDNS cannot be read.
            bool isCut = !form.OverTcp && reply.Length >= UdpSocket.MaxQuery;
            form.OverTcp |= isCut;
            return isCut || form.TryAfter(ReplyKind.Intolerant) ? null : new JudgedReply(ReplyKind.Malformed);
        }

        if (!form.OverTcp && !IsOurs(content.Cookie, state))
        {
            form.OverTcp = true;
            return null;
        }

        Note(state, content, form.IsPlain);
        if (content.Header.Truncated)
        {
            bool isWhole = form.OverTcp;
            form.OverTcp = true;
            return isWhole ? new JudgedReply(ReplyKind.Malformed) : null;
        }

        JudgedReply judged = ReplyJudge.Judge(ask.Zone, ask.Asked, ask.Recursive, content);
        if (form.TryAfter(judged.Kind))
        {
            return null;
        }

        if (judged.Kind is not (ReplyKind.Intolerant or ReplyKind.Failed))
        {
            Learn(state, form.IsPlain);
        }

        return judged;
    }

    private void Learn(ServerState state, bool wasPlain)
    {
        if (!wasPlain)
        {
            state.BearEdns();
        }
        else if (!state.TakesEdns)
        {
            state.AvoidEdns(_book.Now);
        }
    }

    private byte[] Write(ServerAsk ask, ServerState state, bool withEdns, bool mixCase) => UpstreamQuestion.Write(
        new QuestionForm
        {
            Asked = ask.Asked,
            RecursionDesired = ask.Recursive,
            WithEdns = withEdns,
            MixCase = mixCase,
            WantsVersion = ask.WantsVersion,
            Cookie = state.Cookie,
        },
        _random);

    private ExchangeResult Silent(ServerState state, UpstreamOutcome outcome, bool overTcp)
    {
        if (outcome == UpstreamOutcome.Unreachable)
        {
            if (!overTcp)
            {
                state.Unreachable(_book.Now);
            }

            return new ExchangeResult(ExchangeEnd.Unreachable, null, 0);
        }

        state.Silent(_book.Now);
        return new ExchangeResult(ExchangeEnd.Silent, null, 0);
    }

    /// <summary>A reply with somebody else's client cookie is a guess (RFC 7873 §5.3); one without any is not.</summary>
    private static bool IsOurs(byte[] cookie, ServerState state) =>
        cookie.Length < WireLimits.ClientCookieLength
        || cookie.AsSpan(0, WireLimits.ClientCookieLength).SequenceEqual(state.Cookie.AsSpan(0, WireLimits.ClientCookieLength));

    private static void Note(ServerState state, ReplyContent content, bool plain)
    {
        if (content.HasEdns && !plain)
        {
            state.TakesEdns = true;
        }

        int server = content.Cookie.Length - WireLimits.ClientCookieLength;
        if (server is >= WireLimits.MinServerCookie and <= WireLimits.MaxServerCookie
            && IsOurs(content.Cookie, state)
            && !content.Cookie.AsSpan().SequenceEqual(state.Cookie))
        {
            state.Cookie = content.Cookie;
        }
    }

    /// <summary>Puts the name into the question as it was wanted, so that names in the answer that point to it do not show the mixed case.</summary>
    private static void RestoreCase(Span<byte> message, byte[] query, Asked asked, out bool isSpoilt)
    {
        int end = WireLimits.HeaderLength + asked.Name.Wire.Length;
        isSpoilt = false;
        if (Header.TryRead(message, out Header header) && header.QuestionCount == 1 && message.Length >= end)
        {
            isSpoilt = !message[WireLimits.HeaderLength..end].SequenceEqual(query.AsSpan(WireLimits.HeaderLength..end));
            asked.Name.Wire.CopyTo(message[WireLimits.HeaderLength..]);
        }
    }
}
