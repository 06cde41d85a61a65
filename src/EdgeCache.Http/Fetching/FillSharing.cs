using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.Fetching;

/// <summary>Takes a request through a fill: one that many share, or one of its own. Thread-safe.</summary>
internal sealed class FillSharing(EdgeNode node, Lookup lookup, FillRunner runner, StoredServing stored)
{
    /// <summary>Times a waiter changes to another fill before it goes for itself.</summary>
    private const int MaxRounds = 4;

    private readonly FillAnswers _answers = new(node, stored);

    /// <summary>A fill that many wait for: leads one or follows one, and changes to another when that has nothing for this request.</summary>
    public async ValueTask<EdgeAnswer> TogetherAsync(Errand errand, Found found, CancellationToken cancellation)
    {
        var request = errand.Request;
        var run = found.Run;
        for (var round = 0; round < MaxRounds; round++)
        {
            var place = node.Fills.Join(request, run, node.Now);
            if (place.Fill is not { } fill)
            {
                await place.Blocked.WaitAsync(cancellation).ConfigureAwait(false);
                found = await stored.FindAsync(request, cancellation).ConfigureAwait(false);
                if (stored.TryServe(errand, found, out var served))
                {
                    return new(served);
                }

                continue;
            }

            using var gone = place.Leads ? EndWith(fill, cancellation) : default;
            try
            {
                FillHead head;
                if (place.Leads)
                {
                    head = (await runner.BeginAsync(fill, OrderOf(errand, found)).ConfigureAwait(false)).Head;
                    cancellation.ThrowIfCancellationRequested();
                }
                else
                {
                    head = await FollowAsync(fill, cancellation).ConfigureAwait(false);
                }

                if (_answers.Take(errand.Request, fill, head, found, found.Reason, place.Leads) is { } answer)
                {
                    return answer;
                }

                if (head.Kind is FillKind.Private)
                {
                    break;
                }

                run = OwnRun(request, head, run);
            }
            finally
            {
                Leave(fill, place.Leads);
            }

            // A short body may be over before a waiter gets to it: by now it is stored.
            found = await stored.FindAsync(request, cancellation).ConfigureAwait(false);
            if (stored.TryServe(errand, found, out var kept))
            {
                return new(kept);
            }
        }

        return await AloneAsync(errand, found, found.Reason, cancellation).ConfigureAwait(false);
    }

    /// <summary>A fill of one's own: stored if it may be, shared with nobody.</summary>
    public async ValueTask<EdgeAnswer> AloneAsync(Errand errand, Found found, CacheReason reason, CancellationToken cancellation)
    {
        var request = errand.Request;
        var use = found.IsPassMark || reason is CacheReason.BelowFloor ? null : found.Use;
        var fill = new Fill(request, default, node.Now);
        var order = new FillOrder(errand.Message, errand.Send, use is null ? null : StoredServing.Validator(use, found.Verdict), found.Verdict, AsAsked: use is null);
        using var gone = EndWith(fill, cancellation);
        try
        {
            var head = (await runner.BeginAsync(fill, order).ConfigureAwait(false)).Head;
            cancellation.ThrowIfCancellationRequested();
            return _answers.Take(request, fill, head, found, reason, leads: true) ?? new(UpstreamProblem.Answer(node, reason, CacheReason.UpstreamReset));
        }
        finally
        {
            Leave(fill, leads: true);
        }
    }

    private static FillOrder OrderOf(in Errand errand, in Found found) =>
        new(errand.Message, errand.Send, found.Use is { } use ? StoredServing.Validator(use, found.Verdict) : null, found.Verdict, AsAsked: false);

    private Task<FillHead> FollowAsync(Fill fill, CancellationToken cancellation)
    {
        node.Tally.For(fill.Leader.Zone).CountCollapsed();
        return fill.Head.WaitAsync(cancellation);
    }

    /// <summary>A client that goes away while it leads gives up its place: with nobody else waiting, the fill ends.</summary>
    private CancellationTokenRegistration EndWith(Fill fill, CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static state => LeaveAsLeader(((Coalescer, Fill))state!), (node.Fills, fill)); // It is what is given here.

    private static void LeaveAsLeader((Coalescer Fills, Fill Fill) place) => place.Fills.LeaveAsLeader(place.Fill);

    /// <summary>A leader that left without its place in the stream lets go of it, or the stream would wait for it.</summary>
    private void Leave(Fill fill, bool leads)
    {
        if (!leads)
        {
            node.Fills.Leave(fill);
            return;
        }

        if (fill.Head.IsCompletedSuccessfully)
        {
            fill.TakeReader(fill.Head.Result)?.Dispose();
        }

        node.Fills.LeaveAsLeader(fill);
    }

    /// <summary>The run of the requests that have this one's values of the fields the answer varies by.</summary>
    private UInt128 OwnRun(EdgeRequest request, FillHead head, UInt128 run)
    {
        if (head.Variant.Length == 0 || _answers.IsFor(request, head) || head.Facts is not { } facts)
        {
            return run;
        }

        Span<byte> variant = new byte[VaryKey.MaxBytes];
        return VaryKey.TryWrite(facts.Vary, request.Fields, variant, out var written) ? lookup.RunOf(request, variant[..written]) : run;
    }
}
