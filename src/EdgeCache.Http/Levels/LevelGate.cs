using EdgeCache.Http.Fetching;
using EdgeCache.Http.Routes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Levels;

/// <summary>Brings what a request asks before the plane's gate, and the gate's word to the cache.</summary>
internal sealed class LevelGate(EdgeNode node)
{
    private readonly ConsistencyGate _gate = new(node.Follower, node.Time);

    /// <summary>Lets a page pass: what it needs is noted in the request. False when the client was refused here.</summary>
    public async ValueTask<bool> PassAsync(HttpContext context, EdgeRequest request, AskedLevel asked)
    {
        request.Asked = ReferenceEquals(asked, AskedLevel.Nothing) ? null : asked;
        if (request.Asked is null || request.Method is not ("GET" or "HEAD"))
        {
            request.Seen = request.Zone.View.Position;
            return true;
        }

        var isLog = request.Rule.Authority == Authority.Log || request.Zone.Policy.Authority == RouteAuthority.Log;
        var arrived = node.Now;
        var decision = await PassAsync(request.Zone, isLog ? ReadSubject.LogPage : ReadSubject.OriginPage, asked, context.RequestAborted).ConfigureAwait(false);
        if (decision.Action == GateAction.Refuse)
        {
            await LevelRefusal.AnswerAsync(context, node, decision.Reason, asked).ConfigureAwait(false);
            return false;
        }

        // What this node cannot prove is asked of the tier above, or of the application: its answer of after now is as new as there is.
        request.Seen = node.Follower.Zones.ForHost(request.Host).View.Position;
        request.Required = Math.Max(request.Required, request.Zone.Floors.Generation);
        request.Level = decision.Action == GateAction.AskUpstream || decision.MustValidate ? Required(arrived, asked)
            : decision.FilledSince > long.MinValue ? Required(Milliseconds(decision.FilledSince), asked)
            : asked.Consistency.Level == ConsistencyLevel.Eventual ? null
            : Required(long.MinValue, asked);
        return true;
    }

    /// <summary>The gate's word on a record or a page.</summary>
    public ValueTask<GateDecision> PassAsync(Zones.Following.ZoneState zone, ReadSubject subject, AskedLevel asked, CancellationToken cancellation) =>
        _gate.PassAsync(zone, subject, asked.Consistency, asked.Token, asked.Outcome, cancellation);

    private static RequiredAge Required(long since, AskedLevel asked) => new(since, asked.Consistency.ToText());

    /// <summary>Rounded up, as the times of entries are rounded down.</summary>
    private long Milliseconds(long timestamp)
    {
        var unit = Math.Max(1, node.Time.TimestampFrequency / 1000);
        return (timestamp / unit) + (timestamp % unit > 0 ? 1 : 0);
    }
}
