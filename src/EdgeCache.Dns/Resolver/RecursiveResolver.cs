using System.Buffers;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Resolver.Levels;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// A recursive caching resolver. Give it to a <see cref="DnsServer"/>. What the cache knows is answered on the receiving thread; for the rest servers are
/// asked. With a follower, zones that are pushed change in the cache as soon as the log says so. Thread-safe.
/// </summary>
public sealed class RecursiveResolver : IDnsResponder, IAsyncDisposable
{
    private readonly ResolverParts _parts;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Makes a resolver.</summary>
    /// <param name="name">Stands in metrics.</param>
    /// <param name="options">What it is told.</param>
    /// <param name="follower">Who follows the log; null for a resolver by itself.</param>
    /// <param name="time">The clock of waiting and of the follower.</param>
    /// <param name="lives">The clock by which cached answers end; usually the same.</param>
    /// <param name="meters">Where counts are published; null for nowhere.</param>
    /// <param name="tokens">Reads and writes session tokens; null: there are none.</param>
    public RecursiveResolver(
        string name, ResolverOptions options, IFollower? follower, TimeProvider time, TimeProvider lives, IMeterFactory? meters, SessionTokens? tokens)
        : this(options, follower, time, lives, null, null, tokens)
    {
        if (meters is not null)
        {
            _parts.Counters.Publish(meters, name, _parts.Core.Cache, _parts.Upstream, _parts.Core.Writer, _parts.Running);
        }
    }

    internal RecursiveResolver(
        ResolverOptions options,
        IFollower? follower,
        TimeProvider time,
        TimeProvider lives,
        IUpstreamTransport? transport,
        TraceStep? trace = null,
        SessionTokens? tokens = null) =>
        _parts = new ResolverParts(options, follower, tokens, time, lives, transport, trace, Prefetch);

    internal ResolverParts Parts => _parts;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        var reply = new ClientReply(_parts.Identity, query, source, response);
        if (reply.Message.Fault == QueryFault.Drop)
        {
            return Verdicts.Drop;
        }

        if (reply.TellIdentity() is var told and not 0)
        {
            return told;
        }

        Rcode refusal = reply.Refusal;
        if (refusal != Rcode.NoError || !reply.Message.HasQuestion)
        {
            _parts.Counters.Add(AnswerSource.Refused);
            return reply.Refuse(new ReplyNote { Rcode = refusal });
        }

        _parts.Zones?.Watch();
        bool wantsLevel = !reply.Message.Edns.Options.IsEmpty && reply.Message.Edns.TryGetOption(EdnsOptionCode.EdgeCache, out _);
        int length = wantsLevel ? Verdicts.Later : _parts.Hits.TryAnswer(reply);
        if (length != Verdicts.Later)
        {
            _parts.Counters.Add(AnswerSource.Hit);
            return length;
        }

        if (reply.Message.Header.RecursionDesired)
        {
            return Verdicts.Later;
        }

        // RFC 8914 §4.21: who does not want recursion is told only what is here.
        _parts.Counters.Add(AnswerSource.Refused);
        return reply.Refuse(new ReplyNote { Rcode = Rcode.Refused, Error = ExtendedError.NotAuthoritative });
    }

    /// <inheritdoc/>
    public async ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation)
    {
        Asked asked = AskedIn(query.Span, out OwnOption? option);
        byte[] own = [];
        Resolution resolution;
        if (option is null)
        {
            resolution = await ResolveAsync(asked, cancellation).ConfigureAwait(false);
        }
        else
        {
            LevelPass pass = await _parts.Levels.PassAsync(asked, option, cancellation).ConfigureAwait(false);
            resolution = await ResolveAsync(asked, pass, cancellation).ConfigureAwait(false);
            own = _parts.Levels.Describe(asked, pass);
        }

        int room = source.Transport == DnsTransport.Udp ? WireLimits.MaxUdpPayload : WireLimits.MaxMessage;
        byte[] response = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            int length = ResolutionText.Write(_parts.Identity, query.Span, source, resolution, response.AsSpan(0, room), own);
            await sink.SendAsync(response.AsMemory(0, length), cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(response);
        }
    }

    /// <summary>Ends what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _parts.Running.All().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _parts.Dispose();
        _stopping.Dispose();
    }

    /// <summary>The answer at a level; what cannot be given at it is a failure with the reason, never something less.</summary>
    internal async ValueTask<Resolution> ResolveAsync(Asked asked, LevelPass pass, CancellationToken cancellation)
    {
        switch (pass.Demand)
        {
            case LevelDemand.Refused:
                _parts.Counters.Add(AnswerSource.Failed);
                return Resolution.Failed(ExtendedError.Other, pass.Reason);
            case LevelDemand.Usual:
                return LinkResult.WholeFromCache(_parts.Core.Reader, asked, proven: false) ?? await ResolveAsync(asked, cancellation).ConfigureAwait(false);
            case LevelDemand.NothingOld when LinkResult.WholeFromCache(_parts.Core.Reader, asked, proven: true) is { } known:
                _parts.Counters.Add(AnswerSource.Hit);
                return known;
        }

        // Nothing that was under way before may be joined: it may have left before the client's own write.
        Resolution found = await StartAsync(asked, isRefresh: pass.Demand == LevelDemand.FromAuthority, joins: false).WaitAsync(cancellation).ConfigureAwait(false);
        _parts.Counters.Add(found.Rcode == Rcode.ServFail ? AnswerSource.Failed : AnswerSource.Miss);
        return found.IsBehind && found.Rcode != Rcode.ServFail ? Resolution.Failed(ExtendedError.Other, "authority-behind") : found;
    }

    /// <summary>The answer to a question, from wherever it can be had in time.</summary>
    internal async ValueTask<Resolution> ResolveAsync(Asked asked, CancellationToken cancellation)
    {
        await WakeAsync(asked, cancellation).ConfigureAwait(false);
        StaleAnswer? stale = _parts.Stale.Find(asked);
        if (stale is not null && stale.Entry.RecheckAt > _parts.Core.Reader.Now)
        {
            _parts.Counters.Add(AnswerSource.Stale);
            return stale.Resolution;
        }

        Task<Resolution> running = _parts.Running.Join(asked, a => StartAsync(a, isRefresh: false));
        if (stale is null)
        {
            Resolution found = await running.WaitAsync(cancellation).ConfigureAwait(false);
            _parts.Counters.Add(found.Rcode == Rcode.ServFail ? AnswerSource.Failed : AnswerSource.Miss);
            return found;
        }

        try
        {
            Resolution found = await running.WaitAsync(_parts.Core.Options.StaleAfter, _parts.Core.Time, cancellation).ConfigureAwait(false);
            if (found.Rcode != Rcode.ServFail)
            {
                _parts.Counters.Add(AnswerSource.Miss);
                return found;
            }
        }
        catch (TimeoutException)
        {
            // RFC 8767 §5: the client waits no longer; the work goes on, and until it must have ended nobody else waits for it.
            stale.Entry.RecheckAt = _parts.Core.Reader.Now + (long)_parts.Core.Options.Deadline.TotalMilliseconds;
        }

        _parts.Counters.Add(AnswerSource.Stale);
        return stale.Resolution;
    }

    private static Asked AskedIn(ReadOnlySpan<byte> query, out OwnOption? option)
    {
        QueryMessage message = QueryMessage.Parse(query);
        option = message.Edns.TryGetOption(EdnsOptionCode.EdgeCache, out ReadOnlySpan<byte> data) ? OwnOption.Read(data) : null;
        return new Asked(DomainName.FromWire(message.Question.Name), message.Question.Type);
    }

    /// <summary>A process that may have slept asks the log before it trusts what it knows (PLANE.md 19).</summary>
    private async ValueTask WakeAsync(Asked asked, CancellationToken cancellation)
    {
        if (_parts.Zones is { } zones
            && zones.Find(asked.Name) is { IsPush: true } zone
            && zones.Follower.HealthOf(zone.State, _parts.Core.Time.GetTimestamp()) == PlaneHealth.Suspect)
        {
            await zones.Follower.AwaitFreshAsync(zone.State, TimeSpan.FromMilliseconds(500), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<Resolution> StartAsync(Asked asked, bool isRefresh, bool joins = true)
    {
        var iteration = new Iteration(_parts.Core, new WorkBudget(_parts.Core.Time, _parts.Core.Options.Deadline, joins));
        Resolution resolution = await iteration.ResolveAsync(asked, isRefresh, _stopping.Token).ConfigureAwait(false);
        if (resolution.Rcode == Rcode.ServFail)
        {
            _parts.Core.Failures.Remember(asked, resolution.Error ?? ExtendedError.Other);
        }

        return resolution;
    }

    private void Prefetch(CachedEntry entry)
    {
        _parts.Counters.Prefetch();
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Resolver.RefreshAsync(state.Entry), (Resolver: this, Entry: entry), preferLocal: false);
    }

    private async Task RefreshAsync(CachedEntry entry)
    {
        var asked = new Asked(DomainName.FromWire(entry.Name), entry.Type);
        Task running = _parts.Running.Join(asked, a => StartAsync(a, isRefresh: true));
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        entry.EndRefresh();
    }
}
