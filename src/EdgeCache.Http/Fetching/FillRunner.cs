using EdgeCache.Http.HitPath;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Floors;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Fetching;

/// <summary>What a fill is sent with. <see cref="AsAsked"/>: the client's own conditions and range go along, so only this client can use what they bring.</summary>
internal readonly record struct FillOrder(HttpRequestMessage Message, UpstreamSend Send, LeaseUse? Stored, FloorVerdict Verdict, bool AsAsked);

/// <summary>Runs a fill: sends its request, has the answer judged, and lets its body stream into the store.</summary>
internal sealed partial class FillRunner
{
    private readonly EdgeNode _node;
    private readonly ILogger _log;
    private readonly StopSources _stops;
    private readonly FillJudge _judge;
    private readonly FillPump _pump;

    public FillRunner(EdgeNode node, ILogger<FillRunner> log)
    {
        _node = node;
        _log = log;
        _stops = new StopSources(node.Time);
        _judge = new FillJudge(node);
        _pump = new FillPump(node, _judge, _stops, log);
    }

    /// <summary>Runs a fill to its end. Never throws; owns the order's use of the stored entry.</summary>
    public async Task RunAsync(Fill fill, FillOrder order)
    {
        var (_, rest) = await BeginAsync(fill, order).ConfigureAwait(false);
        await rest.ConfigureAwait(false);
    }

    /// <summary>
    /// Begins a fill and gives the member that leads it the head on the thread that brought it: hops between threads are most of what a miss costs. The body streams on by itself.
    /// Never throws; owns the order's use of the stored entry.
    /// </summary>
    public async ValueTask<(FillHead Head, Task Pumping)> BeginAsync(Fill fill, FillOrder order)
    {
        _node.Tally.For(fill.Leader.Zone).CountFill();
        var settles = order.Verdict == FloorVerdict.Doubtful;
        if (settles)
        {
            _node.Doubts.Begin(_node.Now);
        }

        FillHead head;
        HttpResponseMessage? response = null;
        try
        {
            (head, response) = await FetchAsync(fill, order).ConfigureAwait(false);
            if (head.Kind is FillKind.Private or FillKind.Failed)
            {
                _node.Fills.Close(fill);
            }
        }
#pragma warning disable CA1031 // The one catch-all of a fill: whatever went wrong, those who wait must hear of it.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            LogBroken(_log, fill.Leader.Host, problem);
            head = Fill.Failure(CacheReason.UpstreamError);
        }

        if (settles)
        {
            _node.Doubts.End(head.Kind == FillKind.Failed || StatusRules.IsServerFailure(head.Status), _node.Now);
        }

        _node.Fills.Announce(fill, head);
        var rest = head.Fill is { } stream && response is not null ? _pump.RunAsync(fill, stream, response) : Task.CompletedTask;
        if (!rest.IsCompletedSuccessfully)
        {
            return (head, EndAsync(fill, order, rest));
        }

        End(fill, order);
        return (head, rest);
    }

    private async Task EndAsync(Fill fill, FillOrder order, Task rest)
    {
        try
        {
            await rest.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody awaits the rest of a fill; its readers were told by the stream.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            LogBroken(_log, fill.Leader.Host, problem);
        }

        End(fill, order);
    }

    private void End(Fill fill, FillOrder order)
    {
        order.Stored?.Dispose();
        _node.Fills.Close(fill);
    }

    private async ValueTask<(FillHead Head, HttpResponseMessage? Response)> FetchAsync(Fill fill, FillOrder order)
    {
        var validates = order.Stored is not null;
        while (true)
        {
            Prepare(fill, order, validates);
            var position = _node.OwnChanges.Standing(fill.Leader.Zone);
            var sentAt = _node.Now;
            var stop = _stops.Take();
            HttpResponseMessage response;
            try
            {
                stop.CancelAfter(_node.Options.HeadTimeout);
                response = await order.Send(order.Message, fill.StopBy(stop)).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException)
            {
                return (Failed(problem is HttpRequestException broken ? UpstreamProblem.ReasonOf(broken) : fill.IsAbandoned ? CacheReason.UpstreamReset : CacheReason.UpstreamTimeout), null);
            }
            finally
            {
                fill.EndStop();
                _stops.Return(stop);
            }

            UpstreamHead.DropContentOfReset(response);
            if (UpstreamHead.TryRead(response, out var lines) is not CacheReason.None and var unsound)
            {
                response.Dispose();
                return (Failed(unsound), null);
            }

            var facts = ScopedTo(fill.Leader, ResponseFactsReader.Read((int)response.StatusCode, lines, _node.NowSeconds));
            var times = new ReceiptTimes(sentAt, _node.Now, _node.NowSeconds);
            var mark = MarkOf(fill, order, lines, position);
            var arrival = new Arrival(fill.Leader, mark, times, facts.Status, lines, facts);
            if (facts.Status != 304 || (order.AsAsked && fill.Leader.Facts.Has(RequestFlags.Condition)))
            {
                var head = _judge.Judge(fill, order, in arrival, response);
                return (head, head.Kind == FillKind.Streaming ? response : null);
            }

            response.Dispose();
            if (!validates)
            {
                return (Fill.Failure(CacheReason.NotModifiedUnasked, 304), null);
            }

            // A doubtful 304: ask once more, in full.
            if (_judge.Revive(order, arrival) is { } revived)
            {
                return (revived, null);
            }

            validates = false;
        }
    }

    private void Prepare(Fill fill, FillOrder order, bool validates)
    {
        if (order.AsAsked)
        {
            Outgoing.AsAsked(order.Message, fill.Leader);
        }
        else if (validates && order.Stored is { } stored)
        {
            Outgoing.Validating(order.Message, stored.Lease);
        }
        else
        {
            Outgoing.InFull(order.Message);
        }

        if (_node.Options.UpstreamIsTier)
        {
            Outgoing.WithFloor(order.Message, _node.OwnChanges.Standing(fill.Leader.Zone));
            Outgoing.WithLevel(order.Message, fill.Leader);
        }
    }

    private FillHead Failed(CacheReason reason)
    {
        _node.Tally.CountUpstreamFailure();
        return Fill.Failure(reason);
    }

    private static ResponseFacts ScopedTo(EdgeRequest request, ResponseFacts facts) =>
        facts.Status >= 400 ? facts with { Vary = facts.Vary.With(request.Fields.Blamable(facts.Status)) } : facts;

    private long MarkOf(Fill fill, FillOrder order, HeaderLine[] lines, Zones.Log.Position position)
    {
        if (!_node.Options.UpstreamIsTier || position.Epoch.Value == 0 || (order.Message.Options.TryGetValue(TierOrDirect.WentDirect, out var direct) && direct))
        {
            return fill.Mark;
        }

        var stated = Array.Find(lines, l => l.Is(TierFields.Position)).Value;
        if (stated is null)
        {
            _node.Tally.CountUnstatedTier();
        }

        return TierFields.FillMark(stated, position, fill.Mark);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A fill for {Host} broke")]
    private static partial void LogBroken(ILogger log, string host, Exception problem);
}
