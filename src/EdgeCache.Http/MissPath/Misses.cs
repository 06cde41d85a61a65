using System.Diagnostics.CodeAnalysis;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Interim;
using EdgeCache.Http.Proxy;
using EdgeCache.Http.Rules;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.MissPath;

/// <summary>
/// Plain GETs that no stored answer meets, from the bytes of the connection to the cache and the upstream, without a server and a proxy in between. Nothing here blocks its thread.
/// Thread-safe.
/// </summary>
internal sealed partial class Misses(EdgeNode node, CacheFlow flow, EdgeUpstream upstream, ILogger<Misses> log)
{
    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly RawRequests _requests = new(node);
    private readonly AnswerSender _sender = new(node);
    private readonly UpstreamSend _send = upstream.Direct.SendAsync;
    private readonly StringValues _via = Hops.ViaMember("1.1", node.Name);
    private readonly StringValues _loop = node.Name;

    /// <summary>False: the request is the server's.</summary>
    public bool TryTake(scoped in RawHead head, HostMemo memo, [NotNullWhen(true)] out EdgeRequest? request) => _requests.TryRead(in head, memo, out request);

    /// <summary>Answers a request and lets go of it. Never throws.</summary>
    public async ValueTask AnswerAsync(EdgeRequest request, MissClient client)
    {
        using var mine = request;
        client.Begin();
        var relay = new InterimRelay(client.Output);
        EdgeAnswer answer;
        try
        {
            answer = await flow.AnswerAsync(new Errand(request, Message(request, client, relay), _send), client.Gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            client.Output.Break();
            return;
        }
#pragma warning disable CA1031 // Whatever went wrong, the client must hear of it, and its connection goes on.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            LogBroken(log, request.Host, problem);
            answer = new(UpstreamProblem.Answer(node, CacheReason.UpstreamError, CacheReason.UpstreamError));
        }

        if (relay.CloseAsync() is { IsCompletedSuccessfully: false } closing)
        {
            await closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _sender.SendAsync(answer, client).ConfigureAwait(false);
    }

    private RawMessage Message(EdgeRequest request, MissClient client, InterimRelay relay)
    {
        var message = new RawMessage(new Uri(upstream.Prefix + request.UpstreamTarget, in _asWritten), relay)
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var via = request.Fields.Field("Via");
        RequestHygiene.Copy(request, message, new Hop(via.Count == 0 ? _via : StringValues.Concat(via, _via), _loop, client.AddressText, "http"));
        return message;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request for {Host} broke")]
    private static partial void LogBroken(ILogger log, string host, Exception problem);
}
