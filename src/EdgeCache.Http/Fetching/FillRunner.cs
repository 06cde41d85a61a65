using System.Buffers;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Floors;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Fetching;

/// <summary>What a fill is sent with. <see cref="AsAsked"/>: the client's own conditions and range go along, so only this client can use what they bring.</summary>
internal readonly record struct FillOrder(HttpRequestMessage Message, UpstreamSend Send, LeaseUse? Stored, FloorVerdict Verdict, bool AsAsked);

/// <summary>Sends a fill's request, says what the answer means, and streams it into the store.</summary>
internal sealed partial class FillRunner(EdgeNode node, ILogger<FillRunner> log)
{
    private readonly StopSources _stops = new(node.Time);

    /// <summary>Longest body that is read before the head is given to the one who leads, bytes.</summary>
    private const long ShortBody = 16 * 1024;

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
        node.Tally.For(fill.Leader.Zone).CountFill();
        FillHead head;
        HttpResponseMessage? response = null;
        try
        {
            (head, response) = await FetchAsync(fill, order).ConfigureAwait(false);
            if (head.Kind is FillKind.Private or FillKind.Failed)
            {
                node.Fills.Close(fill);
            }
        }
#pragma warning disable CA1031 // The one catch-all of a fill: whatever went wrong, those who wait must hear of it.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            LogBroken(log, fill.Leader.Host, problem);
            head = Fill.Failure(CacheReason.UpstreamError);
        }

        node.Fills.Announce(fill, head);
        var rest = head.Fill is { } stream && response is not null ? PumpAsync(fill, stream, response) : Task.CompletedTask;
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
            LogBroken(log, fill.Leader.Host, problem);
        }

        End(fill, order);
    }

    private void End(Fill fill, FillOrder order)
    {
        order.Stored?.Dispose();
        node.Fills.Close(fill);
    }

    private async ValueTask<(FillHead Head, HttpResponseMessage? Response)> FetchAsync(Fill fill, FillOrder order)
    {
        var validates = order.Stored is not null;
        while (true)
        {
            Prepare(fill, order, validates);
            var position = node.OwnChanges.Standing(fill.Leader.Zone);
            var sentAt = node.Now;
            var stop = _stops.Take();
            HttpResponseMessage response;
            try
            {
                stop.CancelAfter(node.Options.HeadTimeout);
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

            if (UpstreamHead.TryRead(response, out var lines) is not CacheReason.None and var unsound)
            {
                response.Dispose();
                return (Failed(unsound), null);
            }

            var facts = ScopedTo(fill.Leader, ResponseFactsReader.Read((int)response.StatusCode, lines, node.NowSeconds));
            var times = new ReceiptTimes(sentAt, node.Now, node.NowSeconds);
            var mark = MarkOf(fill, order, lines, position);
            var arrival = new Arrival(fill.Leader, mark, times, facts.Status, lines, facts);
            if (facts.Status != 304 || order.AsAsked)
            {
                var head = Judge(fill, order, in arrival, response);
                return (head, head.Kind == FillKind.Streaming ? response : null);
            }

            response.Dispose();
            if (!validates)
            {
                return (Fill.Failure(CacheReason.NotModifiedUnasked, 304), null);
            }

            // A doubtful 304: ask once more, in full.
            if (Revive(order, arrival) is { } revived)
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

        if (node.Options.UpstreamIsTier)
        {
            Outgoing.WithFloor(order.Message, node.OwnChanges.Standing(fill.Leader.Zone));
            Outgoing.WithLevel(order.Message, fill.Leader);
        }
    }

    private FillHead Failed(CacheReason reason)
    {
        node.Tally.CountUpstreamFailure();
        return Fill.Failure(reason);
    }

    private long MarkOf(Fill fill, FillOrder order, HeaderLine[] lines, Zones.Log.Position position)
    {
        if (!node.Options.UpstreamIsTier || position.Epoch.Value == 0 || (order.Message.Options.TryGetValue(TierOrDirect.WentDirect, out var direct) && direct))
        {
            return fill.Mark;
        }

        var stated = Array.Find(lines, l => l.Is(TierFields.Position)).Value;
        if (stated is null)
        {
            node.Tally.CountUnstatedTier();
        }

        return TierFields.FillMark(stated, position, fill.Mark);
    }

    private FillHead Judge(Fill fill, FillOrder order, in Arrival arrival, HttpResponseMessage response)
    {
        var request = fill.Leader;
        var decision = Storability.Decide(request.Facts, arrival.Facts, request.Rule.PolicyFor(arrival.Status));
        var variant = Array.Empty<byte>();
        var selectors = Array.Empty<ulong>();
        if (decision.Stores)
        {
            selectors = EntrySelectors.Of(request, arrival.Facts.Tags);
            decision = selectors.Length > StoreLimits.MaxSelectors ? StoreDecision.Refuse(CacheReason.TagLimit)
                : TryVariant(request, arrival.Facts.Vary, out variant) ? decision
                : StoreDecision.Refuse(CacheReason.VaryLimit);
        }

        // While a stored response can stand in, an error is not stored over it.
        if (decision.Stores && order.Stored is not null && StatusRules.IsServerFailure(arrival.Status))
        {
            decision = StoreDecision.Refuse(CacheReason.UpstreamError);
        }

        if (!decision.Stores)
        {
            MarkPass(fill, decision.Reason, arrival.Status);
            UpstreamHead.Clean(response);
            return new() { Kind = FillKind.Private, Status = arrival.Status, Reason = decision.Reason, Facts = arrival.Facts, Response = response };
        }

        var kept = arrival with { Lines = Drafting.KeptLines(arrival.Lines, arrival.Facts) };
        var stored = Drafting.FactsOf(kept);
        var stream = Drafting.Begin(node.Store, kept, stored, selectors, variant, UpstreamHead.LengthOf(response));
        return new()
        {
            Kind = FillKind.Streaming,
            Status = arrival.Status,
            Lines = WithAge(kept.Lines, arrival.Facts.Age),
            Withheld = StoredFields.WithheldOf(arrival.Lines, arrival.Facts.Directives),
            Facts = arrival.Facts,
            Stored = stored,
            Selectors = selectors,
            Variant = variant,
            Fill = stream,
            LeaderReader = stream.OpenReader(),
        };
    }

    /// <summary>The stored response is current: its fields and its position move (RFC 9111 §4.3.4). Null when the 304 proves nothing.</summary>
    private FillHead? Revive(FillOrder order, Arrival arrival)
    {
        var lease = order.Stored!.Lease; // Only a validating order gets here.
        var storedLines = Outgoing.LinesOf(lease);
        var storedFacts = ResponseFactsReader.Read(lease.Status, storedLines, node.NowSeconds);
        if (Validation.Read(storedFacts, arrival.Facts, order.Verdict != FloorVerdict.None) != ValidationOutcome.Current)
        {
            return null;
        }

        var merged = FieldUpdate.Merge(storedLines, Drafting.KeptLines(arrival.Lines, arrival.Facts), arrival.Facts.Directives);
        var facts = ResponseFactsReader.Read(lease.Status, merged, node.NowSeconds) with { Age = arrival.Facts.Age };
        var request = arrival.Request;
        var current = arrival with { Status = lease.Status, Lines = Drafting.KeptLines(merged, facts), Facts = facts };
        var use = (LeaseUse?)null;
        if (!Storability.Decide(RequestFacts.PlainGet, facts, request.Rule.PolicyFor(lease.Status)).Stores)
        {
            node.Store.Remove(lease);
        }
        else if (Drafting.Update(node.Store, lease, current, EntrySelectors.Of(request, facts.Tags), out var updated) == StoreOutcome.Stored)
        {
            use = LeaseUse.Of(updated);
        }

        return new()
        {
            Kind = FillKind.Validated,
            Status = 304,
            Facts = facts,
            Stored = Drafting.FactsOf(current),
            Selectors = EntrySelectors.Of(request, facts.Tags),
            Variant = lease.VariantKey.ToArray(),
            Use = use ?? order.Stored.Again(),
        };
    }

    private static ResponseFacts ScopedTo(EdgeRequest request, ResponseFacts facts) =>
        facts.Status >= 400 ? facts with { Vary = facts.Vary.With(request.Fields.Blamable(facts.Status)) } : facts;

    private void MarkPass(Fill fill, CacheReason reason, int status)
    {
        // What one client's request caused, or an error, says nothing about the next answer.
        var lasting = reason is CacheReason.ResponseNoStore or CacheReason.Private or CacheReason.SetCookie or CacheReason.VaryStar or CacheReason.VaryLimit
            or CacheReason.TagLimit or CacheReason.TooLarge or CacheReason.NoLifetime or CacheReason.StatusNotCacheable or CacheReason.StatusNotUnderstood;
        if (lasting && status < 500 && !ErrorScope.BlamesRequest(status))
        {
            Drafting.MarkPass(node.Store, fill.Leader, fill.Mark, node.Now, node.Options.PassFor);
        }
    }

    private async Task PumpAsync(Fill fill, EntryFill stream, HttpResponseMessage response)
    {
        // A short body is most often here with its head; for any other the one who leads must not wait.
        var length = UpstreamHead.LengthOf(response); // The connection gives exactly so much, or fails.
        if (length is not <= ShortBody)
        {
            await default(LeaveThread);
        }

        var idle = (CancellationTokenSource?)null;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
            while (stream.Written != length)
            {
                var making = stream.GetRoomAsync(CancellationToken.None);
                var room = making.IsCompletedSuccessfully ? making.Result : await making.ConfigureAwait(false);
                if (room.IsEmpty)
                {
                    return;
                }

                var reading = body.ReadAsync(room, (idle ??= _stops.Take()).Token);
                var isWaiting = !reading.IsCompleted;
                if (isWaiting)
                {
                    idle.CancelAfter(node.Options.BodyIdleTimeout);
                }

                var read = await reading.ConfigureAwait(false);
                if (isWaiting)
                {
                    idle.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                if (read == 0)
                {
                    break;
                }

                stream.Advance(read);
            }

            if (stream.Complete() == StoreOutcome.TooLarge)
            {
                MarkPass(fill, CacheReason.TooLarge, 200);
            }
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException)
        {
            node.Tally.CountUpstreamFailure();
            LogTruncated(log, fill.Leader.Host, problem.Message);
        }
        finally
        {
            stream.Dispose();
            response.Dispose();
            if (idle is not null)
            {
                _stops.Return(idle);
            }
        }
    }

    private static bool TryVariant(EdgeRequest request, VarySpec vary, out byte[] variant)
    {
        variant = [];
        if (vary.IsNone)
        {
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(VaryKey.MaxBytes);
        var fits = VaryKey.TryWrite(vary, request.Fields, buffer, out var written);
        variant = fits ? buffer[..written] : [];
        ArrayPool<byte>.Shared.Return(buffer);
        return fits;
    }

    private static HeaderLine[] WithAge(HeaderLine[] lines, uint age) => age == 0 ? lines : [.. lines, new("Age", age.ToString())];

    [LoggerMessage(Level = LogLevel.Error, Message = "A fill for {Host} broke")]
    private static partial void LogBroken(ILogger log, string host, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The upstream's answer for {Host} broke off: {Problem}")]
    private static partial void LogTruncated(ILogger log, string host, string problem);
}
