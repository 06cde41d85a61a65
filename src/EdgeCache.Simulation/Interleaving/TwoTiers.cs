using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Simulation.Interleaving;

/// <summary>
/// An application, a log, a shield and an edge: two writes, each purged, and two requests of the edge that may each cause a fill in both tiers. Every send, arrival and
/// application of an entry is a step of its own; five actors step in any order that causality allows.
/// </summary>
internal sealed class TwoTiers
{
    private const int Writer = 0;
    private const int ShieldApplier = 1;
    private const int EdgeApplier = 2;
    private const int FirstFill = 3;
    private const int Writes = 2;
    private static readonly Epoch LogEpoch = new(0xE1);
    private readonly TierRules _rules;
    private readonly Tier _shield;
    private readonly Tier _edge;
    private readonly Fill[] _fills = [new(), new()];
    private readonly List<LogEntry> _log = [];
    private int _written;
    private int _writerSteps;

    public TwoTiers(TierRules rules)
    {
        _rules = rules;
        _shield = new Tier(rules, LogEpoch);
        _edge = new Tier(rules, LogEpoch);
    }

    /// <summary>All that decides what can happen from here on.</summary>
    public string State => $"{_writerSteps}|{_shield.State}|{_edge.State}|{_fills[0].State}|{_fills[1].State}";

    /// <summary>The tier that would answer with something older than a purge it has applied; null when none would.</summary>
    public string? Violation => Violates(_shield) ? "shield" : Violates(_edge) ? "edge" : null;

    /// <summary>Actors that can take a step.</summary>
    public IEnumerable<int> Enabled()
    {
        if (_writerSteps < Writes * 2)
        {
            yield return Writer;
        }

        if (_shield.Applied < _log.Count)
        {
            yield return ShieldApplier;
        }

        if (_edge.Applied < _log.Count)
        {
            yield return EdgeApplier;
        }

        for (var i = 0; i < _fills.Length; i++)
        {
            if (_fills[i].At != Fill.Stage.Done && !IsHeldBack(_fills[i]))
            {
                yield return FirstFill + i;
            }
        }
    }

    public void Step(int actor)
    {
        switch (actor)
        {
            case Writer:
                Write();
                break;
            case ShieldApplier:
                _shield.Apply(_log[(int)_shield.Applied]);
                break;
            case EdgeApplier:
                _edge.Apply(_log[(int)_edge.Applied]);
                break;
            default:
                Step(_fills[actor - FirstFill]);
                break;
        }
    }

    /// <summary>What an actor's next step is called.</summary>
    public string Name(int actor) => actor switch
    {
        Writer => (_writerSteps % 2 == 0) == _rules.HasFlag(TierRules.WriteBeforePurge) ? $"app writes {_written + 1}" : $"purge {_log.Count + 1} is logged",
        ShieldApplier => $"shield applies purge {_shield.Applied + 1}",
        EdgeApplier => $"edge applies purge {_edge.Applied + 1}",
        _ => $"request {actor - FirstFill + 1}: {_fills[actor - FirstFill].At}",
    };

    /// <summary>The n-th purge says that version n is readable, so whoever has applied it may not call anything older fresh.</summary>
    private static bool Violates(Tier tier) => tier.Fresh is { } content && content < tier.Applied;

    private bool IsHeldBack(Fill fill) =>
        fill.At == Fill.Stage.ToShield && _rules.HasFlag(TierRules.TierFloor) && _shield.Applied < fill.EdgeSent.Position;

    private void Write()
    {
        var writes = (_writerSteps++ % 2 == 0) == _rules.HasFlag(TierRules.WriteBeforePurge);
        if (writes)
        {
            _written++;
            return;
        }

        var serial = _log.Count + 1;
        _log.Add(new LogEntry
        {
            Zone = ZoneName.Default,
            Epoch = LogEpoch,
            Serial = serial,
            Nonce = (ulong)serial,
            Previous = (ulong)serial - 1,
            ChangeId = $"purge-{serial}",
            Clock = default,
            Origin = new OriginStamp("", LogEpoch, serial),
            Change = Tier.Purge,
            SoaSerial = 0,
            CommittedAt = 0,
        });
    }

    private void Step(Fill fill)
    {
        switch (fill.At)
        {
            case Fill.Stage.Unsent:
                fill.EdgeSent = _edge.Send();
                fill.At = Fill.Stage.ToShield;
                break;
            case Fill.Stage.ToShield when _shield.Fresh is { } content:
                fill.Content = content;
                fill.At = Fill.Stage.ToEdge;
                break;
            case Fill.Stage.ToShield:
                fill.ShieldSent = _shield.Send();
                fill.At = Fill.Stage.ToApp;
                break;
            case Fill.Stage.ToApp:
                fill.Content = _written;
                fill.At = Fill.Stage.ToShieldAgain;
                break;
            case Fill.Stage.ToShieldAgain:
                _shield.Receive(fill.Content, fill.ShieldSent.Mark);
                fill.At = Fill.Stage.ToEdge;
                break;
            case Fill.Stage.ToEdge:
                _edge.Receive(fill.Content, fill.EdgeSent.Mark);
                fill.At = Fill.Stage.Done;
                break;
        }
    }
}
