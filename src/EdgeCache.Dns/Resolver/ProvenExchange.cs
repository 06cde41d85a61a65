using System.Net;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Asks a server for an answer that has to be as new as this node knows the log to be. One of a followed zone that does not say which version it answers from
/// (a secondary without RFC 9660) is asked for its SOA, and for the answer once more: that is not older than the SOA before it. Thread-safe.
/// </summary>
internal sealed class ProvenExchange
{
    private readonly ServerExchange _exchange;

    public ProvenExchange(ServerExchange exchange) => _exchange = exchange;

    /// <param name="server">Who is asked.</param>
    /// <param name="ask">What.</param>
    /// <param name="position">Where the followed zones stood before.</param>
    /// <param name="manner">How patiently and how plainly.</param>
    /// <param name="budget">Pays for each question sent, and says whether proof is wanted at all.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async ValueTask<ExchangeResult> AskAsync(
        IPEndPoint server, ServerAsk ask, FillPosition position, AskManner manner, WorkBudget budget, CancellationToken cancellation)
    {
        ExchangeResult first = await _exchange.AskAsync(server, ask, manner, budget, cancellation).ConfigureAwait(false);
        if (budget.Joins || first.Reply is not { } reply || CacheWriter.FollowedZoneWithoutVersion(ask, position, reply) is not { } mark)
        {
            return first;
        }

        // Somebody else's cache proves nothing.
        if (!ask.Recursive)
        {
            ServerAsk soa = ask with { Asked = new Asked(mark.Zone.Apex, RecordType.SOA) };
            ExchangeResult standing = await _exchange.AskAsync(server, soa, manner, budget, cancellation).ConfigureAwait(false);
            if (SerialIn(standing.Reply) is { } serial)
            {
                ExchangeResult second = await _exchange.AskAsync(server, ask, manner, budget, cancellation).ConfigureAwait(false);
                return second.Reply is { Version: null } proven ? second with { Reply = proven with { Version = (mark.Zone.Apex, serial) } } : second;
            }
        }

        return first with { Reply = reply with { IsUnproven = true } };
    }

    private static uint? SerialIn(JudgedReply? reply) =>
        reply is { Kind: ReplyKind.Answer, IsAuthoritative: true, IsSecondHand: false, Chain: [.., { Set: { Type: RecordType.SOA, Count: 1 } soa }] }
            ? SoaData.SerialOf(soa.First)
            : null;
}
