using System.Collections.Immutable;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Sessions;

/// <summary>
/// Decides whether this node may answer a read at the level asked, waiting up to the reader's limit where waiting can help. It never gives less in silence: what cannot be
/// proved here is sent up or refused, with the reason. One gate for pages, record look-ups and DNS. Thread-safe.
/// </summary>
public sealed class ConsistencyGate
{
    /// <summary>PLANE.md 23: versions are counted as of knowledge no older than a heartbeat.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two looks for a position of another region, which no hint announces.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// How long after a store may have lost something a zone is not taken to be as new as its log: so long its writers get to append again what they had acknowledged. Far longer than
    /// they need, so that it holds on a starved machine.
    /// </summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    private readonly IFollower _follower;
    private readonly TimeProvider _time;
    private int _waiting;

    /// <summary>Reads that wait here at once; one more is not waited for but sent up.</summary>
    public const int MaxWaiting = 10_000;

    /// <summary>A gate before what <paramref name="follower"/> knows.</summary>
    public ConsistencyGate(IFollower follower, TimeProvider time)
    {
        _follower = follower;
        _time = time;
    }

#if DEBUG
    /// <summary>Test builds only: a log that may lack what was acknowledged is taken as it is.</summary>
    internal bool IgnoresLosses { get; init; }

    private bool IsRecovering(ZoneState zone) => !IgnoresLosses && _time.GetElapsedTime(zone.RecoversSince) < Recovery;
#else
    private bool IsRecovering(ZoneState zone) => _time.GetElapsedTime(zone.RecoversSince) < Recovery;
#endif

    /// <summary>Lets a read of <paramref name="zone"/> pass or not. <paramref name="token"/> is the client's, with how its text was read; without one, <c>session</c> is <c>eventual</c>.</summary>
    public ValueTask<GateDecision> PassAsync(
        ZoneState zone, ReadSubject subject, Consistency asked, SessionToken? token, TokenOutcome outcome, CancellationToken cancellation)
    {
        var now = _time.GetTimestamp();
        switch (asked.Level)
        {
            case ConsistencyLevel.Eventual:
                return new(Met());
            case ConsistencyLevel.Strong:
                return new(subject == ReadSubject.Record ? new GateDecision(GateAction.AskUpstream, GateReason.PrimaryAsked) : Met() with { MustValidate = true });
            case ConsistencyLevel.BoundedTime when subject == ReadSubject.OriginPage:
                return new(Met() with { FilledSince = now - Units(asked.Age) });
            case ConsistencyLevel.BoundedTime:
                return BoundAsync(zone, now, asked.Age, asked.Wait, cancellation);
            case ConsistencyLevel.BoundedVersions:
                return subject == ReadSubject.Record
                    ? BoundAsync(zone, now, Heartbeat, asked.Wait, cancellation)
                    : new(new GateDecision(GateAction.Refuse, GateReason.VersionsOfPages));
            default:
                return outcome switch
                {
                    TokenOutcome.Invalid => new(new GateDecision(GateAction.Refuse, GateReason.TokenInvalid)),
                    TokenOutcome.Expired => new(new GateDecision(GateAction.Refuse, GateReason.TokenExpired)),
                    _ => token is null ? new(Met()) : SessionAsync(zone, subject, asked, token, cancellation),
                };
        }
    }

    private static GateDecision Met() => new(GateAction.Serve, GateReason.Met);

    /// <summary>Knowing that nothing changed is as good as asking, while the knowledge is recent enough.</summary>
    private async ValueTask<GateDecision> BoundAsync(ZoneState zone, long arrived, TimeSpan age, TimeSpan wait, CancellationToken cancellation)
    {
        // The view first: what is found out after it was true of it.
        var view = zone.View;
        if (IsRecent(zone, arrived, age) && _follower.HealthOf(zone, arrived) != PlaneHealth.Suspect && !IsRecovering(zone))
        {
            return Met() with { View = view };
        }

        await WaitAsync(() => _follower.AwaitFreshAsync(zone, wait, cancellation).AsTask());
        var fresh = Now(zone);
        view = fresh.View;
        var isKnown = fresh.Horizon >= arrived || IsRecent(fresh, _time.GetTimestamp(), age);
        return !isKnown || _follower.HealthOf(fresh, _time.GetTimestamp()) == PlaneHealth.Suspect ? new GateDecision(GateAction.AskUpstream, GateReason.HorizonTooOld)
            : IsRecovering(fresh) ? new GateDecision(GateAction.AskUpstream, GateReason.StoreRecovering)
            : Met() with { View = view };
    }

    private async ValueTask<GateDecision> SessionAsync(ZoneState zone, ReadSubject subject, Consistency asked, SessionToken token, CancellationToken cancellation)
    {
        var arrived = _time.GetTimestamp();
        var decision = await SeenAsync(zone, subject, asked, token, arrived, cancellation);

        // A write that no position stands for: only an answer asked for after now is sure to have it.
        return token.IsPending && subject != ReadSubject.Record && decision.Action == GateAction.Serve
            ? decision with { FilledSince = Math.Max(decision.FilledSince, arrived) }
            : decision;
    }

    private async ValueTask<GateDecision> SeenAsync(
        ZoneState zone, ReadSubject subject, Consistency asked, SessionToken token, long arrived, CancellationToken cancellation)
    {
        var all = token.Of(zone.Zone);

        // A folded token may have named this zone: whatever it said, a poll sent from now on knows it, and a page asked for from now on has it.
        var decision = !token.IsFolded ? Met()
            : await BoundAsync(zone, arrived, TimeSpan.Zero, asked.Wait, cancellation)
                with
            { FilledSince = subject == ReadSubject.OriginPage ? arrived : long.MinValue };
        for (var i = 0; i < all.Length && decision.Action == GateAction.Serve; i++)
        {
            var next = await SeenAsync(Now(zone), subject, asked.Wait - _time.GetElapsedTime(arrived), all[i], arrived, cancellation);
            decision = next with { FilledSince = Math.Max(next.FilledSince, decision.FilledSince) };
        }

        return decision.Action == GateAction.Serve ? Together(Now(zone), subject, all, decision) : decision;
    }

    /// <summary>What was met one after the other is met by one view: while one was waited for, another log may have been read.</summary>
    private GateDecision Together(ZoneState zone, ReadSubject subject, ImmutableArray<TokenPosition> all, GateDecision decision)
    {
        var view = zone.View;
        return all.All(wanted => Holds(zone, view, subject, wanted)) ? decision with { View = view } : new GateDecision(GateAction.AskUpstream, GateReason.StoreRecovering);
    }

    /// <summary>True when a view shows what a position stands for, as far as can be known of it.</summary>
    private bool Holds(ZoneState zone, ZoneView view, ReadSubject subject, TokenPosition wanted)
    {
        var reach = TokenReach.Of(view, wanted);
        var mayLack = subject == ReadSubject.Record && IsRecovering(zone);
        return reach.IsThere ? !(mayLack && IsAmbiguous(zone, view, reach)) : !reach.IsHere && view.Vector.Count == 0 && !mayLack;
    }

    /// <summary>The serial is there, but the log lost its tail and goes on: another entry may have taken it.</summary>
    private static bool IsAmbiguous(ZoneState zone, ZoneView view, TokenReach reach) => reach.IsHere && zone.CutEpoch == view.Epoch;

    private async ValueTask<GateDecision> SeenAsync(
        ZoneState zone, ReadSubject subject, TimeSpan wait, TokenPosition wanted, long arrived, CancellationToken cancellation)
    {
        var reach = TokenReach.Of(zone.View, wanted);
        if (!reach.IsThere)
        {
            await WaitAsync(() => ReachAsync(zone, wanted, reach, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellation));
            zone = Now(zone);
            reach = TokenReach.Of(zone.View, wanted);
            if (!reach.IsThere)
            {
                return Unreached(zone, wanted, reach, arrived, subject);
            }
        }

        return subject != ReadSubject.OriginPage || wanted.Wrote == 0 ? Met()
            : Met() with { FilledSince = reach.IsHere ? AppliedBy(zone, wanted.Wrote) : arrived };
    }

    /// <summary>When a position that the zone has reached was applied; a new incarnation of a zone does not know of before, and then it is now.</summary>
    private long AppliedBy(ZoneState zone, long serial)
    {
        var view = zone.View;
        var at = zone.AppliedBy(view.Epoch, serial);
        if (at == long.MaxValue)
        {
            at = _time.GetTimestamp();
            zone.NoteApplied(view.Position, at);
        }

        return at;
    }

    private async Task ReachAsync(ZoneState zone, TokenPosition wanted, TokenReach reach, TimeSpan wait, CancellationToken cancellation)
    {
        if (reach.IsHere)
        {
            await _follower.AwaitPositionAsync(new Position(zone.Zone, zone.View.Epoch, wanted.Seen), wait, cancellation);
            return;
        }

        await _follower.AwaitFreshAsync(zone, wait, cancellation);
        var start = _time.GetTimestamp();
        while (Now(zone).View is { Vector.Count: > 0 } view && !TokenReach.Of(view, wanted).IsThere && _time.GetElapsedTime(start) < wait)
        {
            await Task.Delay(Look, _time, cancellation);
        }
    }

    /// <summary>A read sent after the token came did not bring its position: the node lags, another region does, the epoch is dead, or the log has lost it.</summary>
    private GateDecision Unreached(ZoneState zone, TokenPosition wanted, TokenReach reach, long arrived, ReadSubject subject)
    {
        if (zone.Horizon < arrived)
        {
            return new GateDecision(GateAction.AskUpstream, GateReason.PositionNotReached);
        }

        // A writer may still bring back what was lost; until then nobody is told that it is gone, and nobody gets less.
        if (IsRecovering(zone) && (reach.IsHere || (subject == ReadSubject.Record && zone.View.Vector.Count == 0)))
        {
            return new GateDecision(GateAction.AskUpstream, GateReason.StoreRecovering);
        }

        if (reach.IsHere)
        {
            return new GateDecision(GateAction.Refuse, GateReason.SessionLost);
        }

        if (zone.View.Vector.Count > 0)
        {
            return new GateDecision(GateAction.AskUpstream, GateReason.RegionBehind);
        }

        // A dead epoch: the zone has been read anew after the token was made and what was lost was appended again, so records are at least as new; a page must have been asked for since then.
        return Met() with { FilledSince = subject == ReadSubject.OriginPage && wanted.Wrote > 0 ? arrived : long.MinValue };
    }

    /// <summary>Waits, unless too many do.</summary>
    private async Task WaitAsync(Func<Task> wait)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
            {
                await wait();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private ZoneState Now(ZoneState zone) => _follower.Zones.Find(zone.Zone) ?? zone;

    private static bool IsRecent(ZoneState zone, long now, TimeSpan age) => zone.Horizon >= now - (long)(age.TotalSeconds * zone.TimestampFrequency);

    private long Units(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
