using System.Globalization;
using System.Text;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Dns.Resolver.Levels;

/// <summary>How an answer is to be had for the level a client asks for.</summary>
internal enum LevelDemand
{
    /// <summary>As always.</summary>
    Usual,

    /// <summary>From the cache as far as it is fresh; never an old answer.</summary>
    NothingOld,

    /// <summary>From an authority, whatever the cache says.</summary>
    FromAuthority,

    /// <summary>It cannot be had here.</summary>
    Refused,
}

/// <summary>What the gate says: how to answer, the words for a refusal, and what to tell about the answer.</summary>
internal sealed record LevelPass(LevelDemand Demand, string Reason, OwnOption Option, FollowedApex? Zone, Position? Position, SessionToken Token);

/// <summary>
/// Levels on DNS: the gate of the plane decides, and what it cannot prove here is asked of an authority (<c>strong</c>) or refused with the reason. Zones
/// that nobody follows have no positions: there <c>strong</c> asks, the rest is refused. Thread-safe.
/// </summary>
internal sealed class LevelGate
{
    private readonly FollowedApexes? _zones;
    private readonly ConsistencyGate? _gate;
    private readonly SessionTokens? _tokens;
    private readonly TimeProvider _time;

    public LevelGate(FollowedApexes? zones, SessionTokens? tokens, TimeProvider time)
    {
        _zones = zones;
        _gate = zones is null ? null : new ConsistencyGate(zones.Follower, time);
        _tokens = tokens;
        _time = time;
    }

    public async ValueTask<LevelPass> PassAsync(Asked asked, OwnOption option, CancellationToken cancellation)
    {
        SessionToken token = SessionToken.Empty;
        TokenOutcome outcome = option.Token is null ? TokenOutcome.Valid : _tokens?.TryRead(option.Token, out token) ?? TokenOutcome.Invalid;
        FollowedApex? zone = _zones?.Find(asked.Name) is { IsPush: true } found ? found : null;
        if (option.Fault is { } fault)
        {
            return new LevelPass(LevelDemand.Refused, fault, option, zone, null, token);
        }

        if (zone is null || _gate is null)
        {
            return new LevelPass(DemandWithoutLog(option.Level.Level), "no-log-here", option, null, null, token);
        }

        GateDecision decision = await _gate.PassAsync(
            zone.State, ReadSubject.Record, option.Level, option.Token is null ? null : token, outcome, cancellation).ConfigureAwait(false);
        bool asks = decision.Reason == GateReason.PrimaryAsked;
        if (asks)
        {
            // A server follows the log, too, and may be behind: that shows only beside what the log says by now.
            decision = await _gate.PassAsync(
                zone.State, ReadSubject.Record, new Consistency(ConsistencyLevel.BoundedTime, TimeSpan.Zero, 0, option.Level.Wait), null, TokenOutcome.Valid, cancellation).ConfigureAwait(false);
        }

        // Read before the answer is looked for: the answer is at least as new.
        ZoneView view = zone.State.View;
        LevelDemand demand = decision switch
        {
            { Action: GateAction.Serve } => asks ? LevelDemand.FromAuthority : option.Level.Level == ConsistencyLevel.Eventual ? LevelDemand.Usual : LevelDemand.NothingOld,
            _ => LevelDemand.Refused,
        };
        return new LevelPass(demand, decision.Reason.Text(), option, zone, view.Epoch == default ? null : view.Position, token);
    }

    /// <summary>The option of the reply; none for one that could not be read.</summary>
    public byte[] Describe(Asked asked, LevelPass pass)
    {
        if (pass.Option.Fault is not null)
        {
            return [];
        }

        var text = new StringBuilder("level=").Append(Word(pass.Option.Level.Level));
        if (pass is { Zone: { } zone, Position: { } position })
        {
            ZoneView view = zone.State.View;
            text.Append(CultureInfo.InvariantCulture, $" position={position} soa={view.SoaSerial} horizon={Horizon(zone.State)}");
            if (RecordOf(view, asked, zone.Apex) is { } record)
            {
                text.Append(CultureInfo.InvariantCulture, $" version={record.Version.Serial}.{record.Version.Clock}.{record.Version.Origin}");
            }

            if (_tokens is not null && pass.Demand != LevelDemand.Refused)
            {
                text.Append(" token=").Append(_tokens.Write(pass.Token.WithSeen(position)));
            }
        }

        return text.Length <= OwnOption.MaxLength ? Encoding.ASCII.GetBytes(text.ToString()) : [];
    }

    private static LevelDemand DemandWithoutLog(ConsistencyLevel level) => level switch
    {
        ConsistencyLevel.Eventual => LevelDemand.Usual,
        ConsistencyLevel.Strong => LevelDemand.FromAuthority,
        _ => LevelDemand.Refused,
    };

    private static Record? RecordOf(ZoneView view, Asked asked, DomainName apex)
    {
        string name = ZoneRelativeName.Of(asked.Name.Wire, apex);
        return view.Records.GetValueOrDefault(new RecordKey(name, RecordTypeText.Format(asked.Type)));
    }

    private long Horizon(ZoneState zone) => (long)_time.GetElapsedTime(zone.Horizon, _time.GetTimestamp()).TotalMilliseconds;

    private static string Word(ConsistencyLevel level) => level switch
    {
        ConsistencyLevel.BoundedTime or ConsistencyLevel.BoundedVersions => "bounded",
        _ => level.ToString().ToLowerInvariant(),
    };
}
