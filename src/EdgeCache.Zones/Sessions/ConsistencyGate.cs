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

    private readonly IFollower _follower;
    private readonly TimeProvider _time;

    /// <summary>A gate before what <paramref name="follower"/> knows.</summary>
    public ConsistencyGate(IFollower follower, TimeProvider time)
    {
        _follower = follower;
        _time = time;
    }

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
        if (IsRecent(zone, arrived, age) && _follower.HealthOf(zone, arrived) != PlaneHealth.Suspect)
        {
            return Met();
        }

        await _follower.AwaitFreshAsync(zone, wait, cancellation);
        var fresh = _follower.Zones.Find(zone.Zone) ?? zone;
        var isKnown = fresh.Horizon >= arrived || IsRecent(fresh, _time.GetTimestamp(), age);
        return isKnown && _follower.HealthOf(fresh, _time.GetTimestamp()) != PlaneHealth.Suspect
            ? Met()
            : new GateDecision(GateAction.AskUpstream, GateReason.HorizonTooOld);
    }

    private async ValueTask<GateDecision> SessionAsync(ZoneState zone, ReadSubject subject, Consistency asked, SessionToken token, CancellationToken cancellation)
    {
        if (token.Find(zone.Zone) is not { } wanted)
        {
            // A folded token may have named this zone: whatever it said, a poll sent from now on knows it.
            return token.IsFolded ? await BoundAsync(zone, _time.GetTimestamp(), TimeSpan.Zero, asked.Wait, cancellation) : Met();
        }

        var view = zone.View;
        if (!HasReached(view, wanted))
        {
            var arrived = _time.GetTimestamp();
            var isSameEpoch = SessionToken.TagOf(view.Epoch) == wanted.Epoch;
            if (isSameEpoch)
            {
                await _follower.AwaitPositionAsync(new Position(zone.Zone, view.Epoch, wanted.Seen), asked.Wait, cancellation);
            }
            else
            {
                await _follower.AwaitFreshAsync(zone, asked.Wait, cancellation);
            }

            zone = _follower.Zones.Find(zone.Zone) ?? zone;
            view = zone.View;
            if (!HasReached(view, wanted))
            {
                return Unreached(zone, wanted, arrived, subject);
            }
        }

        var needsFill = subject == ReadSubject.OriginPage && wanted.Wrote > 0;
        return Met() with { FilledSince = needsFill ? zone.AppliedBy(view.Epoch, wanted.Wrote) : long.MinValue };
    }

    /// <summary>A read sent after the token came did not bring its position: the node lags, the epoch is dead, or the log has lost it.</summary>
    private static GateDecision Unreached(ZoneState zone, TokenPosition wanted, long arrived, ReadSubject subject)
    {
        if (zone.Horizon < arrived)
        {
            return new GateDecision(GateAction.AskUpstream, GateReason.PositionNotReached);
        }

        if (SessionToken.TagOf(zone.View.Epoch) == wanted.Epoch)
        {
            return new GateDecision(GateAction.Refuse, GateReason.SessionLost);
        }

        // A dead epoch: the zone has been read anew after the token was made, so records are at least as new; a page must have been asked for since then.
        return Met() with { FilledSince = subject == ReadSubject.OriginPage && wanted.Wrote > 0 ? arrived : long.MinValue };
    }

    private static bool HasReached(ZoneView view, TokenPosition wanted) => SessionToken.TagOf(view.Epoch) == wanted.Epoch && view.Serial >= wanted.Seen;

    private static bool IsRecent(ZoneState zone, long now, TimeSpan age) => zone.Horizon >= now - (long)(age.TotalSeconds * zone.TimestampFrequency);

    private long Units(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
