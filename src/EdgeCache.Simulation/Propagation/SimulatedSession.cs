using System.Globalization;
using System.Text;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Simulation.Propagation;

/// <summary>
/// A client that writes a record of its own, reads it and others' at level <c>session</c> on whatever edge comes, and carries its token: the real gate decides. It must see at least what it
/// has written and what it has seen, unless the store has been emptied since; a tail that a failover lost is no excuse, since its writer appends it again.
/// </summary>
internal sealed class SimulatedSession(int number, World world, Judge judge, Mechanisms mechanisms)
{
    private static readonly Consistency Asked = Level();
    private readonly Dictionary<RecordKey, (long Version, int Losses)> _entitled = [];
    private SessionToken _token = SessionToken.Empty;
    private long _version;
    private (long Version, int Losses) _acknowledged;

    /// <summary>The record this session writes.</summary>
    public RecordKey Own { get; } = KeyOf(number);

    /// <summary>Answers it got.</summary>
    public long Answers { get; private set; }

    public static RecordKey KeyOf(int number) => new($"session-{number}", RecordKey.Doc);

    /// <summary>What was acknowledged last and still stands to be expected; 0 when nothing is.</summary>
    public long Acknowledged => _acknowledged.Losses == judge.Losses ? _acknowledged.Version : 0;

    public byte[] NextValue() => Encoding.ASCII.GetBytes($"{++_version}");

    /// <summary>Its write was acknowledged.</summary>
    public void Wrote(Position position)
    {
        _token = _token.WithWrote(position);
        _acknowledged = (_version, judge.Losses);
        Expect(Own, _version);
    }

    public void Read(SimulatedEdge edge, RecordKey key) => edge.Node.After(TimeSpan.Zero, () => _ = ReadAsync(edge, key));

    private async Task ReadAsync(SimulatedEdge edge, RecordKey key)
    {
        var (known, token, follower) = (_entitled.GetValueOrDefault(key), _token, edge.Follower);
        if (follower.Zones.Find(PropagationScenario.Zone) is not { View.Serial: > 0 } zone)
        {
            // Just started: it knows of no such zone yet, and says so.
            return;
        }

        GateDecision decision = default;
        if (mechanisms.HasFlag(Mechanisms.Tokens))
        {
            decision = await Gate(edge, mechanisms).PassAsync(zone, ReadSubject.Record, Asked, token, TokenOutcome.Valid, CancellationToken.None);
            if (decision.Action != GateAction.Serve)
            {
                return;
            }
        }

        var view = decision.View ?? follower.Zones.Find(PropagationScenario.Zone)!.View; // Zones do not go in this world.
        var version = VersionOf(view.Records.GetValueOrDefault(key));
        Answers++;
        if (known.Losses == judge.Losses && version < known.Version)
        {
            var text = $"answered session {number} version {version} of {key} at {view.Position}, which had seen {known.Version}";
            world.Tell(edge.Node.Name, "VIOLATION " + text);
            judge.Violations.Add($"{edge.Node.Name} {text}");
        }

        _token = _token.With(token).WithSeen(view.Position);
        if (judge.IsOfThisStore(view))
        {
            Expect(key, version);
        }
    }

    /// <summary>Which of a session's writes a record is; 0 for none.</summary>
    public static long VersionOf(Record? record) => record is null ? 0 : long.Parse(Encoding.ASCII.GetString(record.Value.Span), CultureInfo.InvariantCulture);

    private static ConsistencyGate Gate(SimulatedEdge edge, Mechanisms mechanisms) => new(edge.Follower, edge.Node.Time)
    {
#if DEBUG
        IgnoresLosses = !mechanisms.HasFlag(Mechanisms.Recovery),
#endif
    };

    private void Expect(RecordKey key, long version)
    {
        var before = _entitled.GetValueOrDefault(key);
        _entitled[key] = (before.Losses == judge.Losses ? Math.Max(before.Version, version) : version, judge.Losses);
    }

    private static Consistency Level() => Consistency.TryParse("session;wait=500", out var asked, out _) ? asked : default;
}
