using System.Text;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Simulation.Regions;

/// <summary>
/// Three regions that all take writes, in full mesh, with one zone for each rule that merges: partitions also one-way, replicators that crash, sleep and are lazy, clocks that are
/// off, logs that are trimmed and stores that lose their tail. Then all heals, and all regions must hold the same; nothing acknowledged may be gone without a trace.
/// </summary>
#pragma warning disable CA1001 // A store in memory holds nothing to dispose.
public sealed class RegionScenario
#pragma warning restore CA1001
{
    private const int FewKeys = 6;
    private const int ManyKeys = 24;
    private static readonly TimeSpan ShortGrace = TimeSpan.FromMilliseconds(1_500);
    private static readonly string[] Names = ["eu", "us", "ap"];
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(12);
    private static readonly ZoneName Lww = ZoneName.Parse("lww.test");
    private static readonly ZoneName Siblings = ZoneName.Parse("siblings.test");
    private static readonly ZoneName Crdt = ZoneName.Parse("crdt.test");
    private readonly World _world;
    private readonly List<SimulatedRegion> _regions;
    private readonly Dictionary<ZoneName, WriteLedger> _ledgers = new() { [Lww] = new(), [Siblings] = new(), [Crdt] = new() };
    private readonly List<string> _violations = [];
    private readonly List<string> _purges = [];
    private readonly bool _losesTails;
    private readonly bool _noticesLoss;
    private readonly bool _deletes;
    private readonly int _keys;
    private readonly RegionMechanisms _mechanisms;
    private bool _isOver;
    private TimeSpan _overAt;
    private bool _hasTrimmed;

    private RegionScenario(long seed, RegionMechanisms mechanisms)
    {
        _mechanisms = mechanisms;
        _world = new World(seed);
        _losesTails = _world.Chance.Next(4) == 0;
        _noticesLoss = long.PopCount(seed >> 4) % 2 == 0;
        _deletes = !_losesTails && long.PopCount(seed >> 2) % 2 == 0;
        _keys = _deletes ? ManyKeys : FewKeys;
        _regions = [.. Names.Select(n => new SimulatedRegion(_world, n))];
    }

    /// <summary>Runs one seed.</summary>
    public static ScenarioResult Run(long seed) => Run(seed, RegionMechanisms.All);

    internal static ScenarioResult Run(long seed, RegionMechanisms mechanisms) => new RegionScenario(seed, mechanisms).Run();

    private ScenarioResult Run()
    {
        foreach (var region in _regions)
        {
#if DEBUG
            region.Store.DropsByGrace = !_mechanisms.HasFlag(RegionMechanisms.TombstonesWait);
#endif
            region.Node.ClockSkew = TimeSpan.FromSeconds(_world.Chance.Next(-60, 61));
            foreach (var (zone, rule) in new[] { (Lww, ConflictRule.LastWriteWins), (Siblings, ConflictRule.Siblings), (Crdt, ConflictRule.Crdt) })
            {
                region.Store.PutZoneAsync(new ZoneDefinition(zone, Policy(rule)), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }
        }

        foreach (var region in _regions)
        {
            foreach (var other in _regions.Where(r => r != region))
            {
                region.Follow(other, _world.Chance.Next(4) == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero, _world.Chance.Next(6) == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            }
        }

        Repeat(TimeSpan.FromMilliseconds(30), Write);
        Repeat(TimeSpan.FromMilliseconds(500), Fault);
        _world.RunFor(Trouble);
        _isOver = true;
        _overAt = _world.Now;
        foreach (var replicator in _regions.SelectMany(r => r.Replicators))
        {
            replicator.Far.IsRefused = replicator.Far.DropsUp = replicator.Far.DropsDown = false;
            if (replicator.Node.IsStopped)
            {
                replicator.Node.Continue();
            }
        }

        var end = _world.Now + Healing;
        do
        {
            _world.RunFor(TimeSpan.FromMilliseconds(500));
        }
        while (_world.Now < end && !Agrees());
        Check();
        return new ScenarioResult(
            "regions", _world.Seed, _violations, _ledgers.Values.Sum(l => l.Count) + _purges.Count, Losers(), _world.Steps, _violations.Count == 0 ? "" : _world.Timeline.Last(120));
    }

    private ZonePolicy Policy(ConflictRule rule) =>
        ZonePolicy.Standard with { Conflict = rule, HistoryLength = 1_000, TombstoneGrace = _deletes ? ShortGrace : ZonePolicy.Standard.TombstoneGrace };

    private void Repeat(TimeSpan mean, Action action) => _world.After(_world.Within(mean * 2), () =>
    {
        if (!_isOver)
        {
            action();
            Repeat(mean, action);
        }
    });

    private void Write()
    {
        var region = _regions[_world.Chance.Next(_regions.Count)];
        var key = new RecordKey($"k{_world.Chance.Next(_keys)}", RecordKey.Doc);
        switch (_world.Chance.Next(_deletes ? 6 : 4))
        {
            case 4:
                Delete(region, Lww, key);
                break;
            case 5:
                Delete(region, Siblings, key);
                break;
            case 0:
                Publish(region, Lww, key, new WriteBatch { Publishes = [new RecordPublish { Key = key, Value = Value(Lww) }] }, []);
                break;
            case 1:
                // Half of the writers have read before, and replace what they saw.
                var state = _world.Chance.Next(2) == 0 ? region.Store.Read(s => s.FindAsync(Siblings, key, CancellationToken.None)) : null;
                var seen = state is null ? null : SiblingSet.Of(state).Vector;
                Publish(region, Siblings, key, new WriteBatch { Publishes = [new RecordPublish { Key = key, Value = Value(Siblings), Seen = seen }] }, WriteLedger.Standing(state));
                break;
            case 2:
                var amount = _world.Chance.Next(1, 9);
                if (Commit(region, Crdt, new WriteBatch { Publishes = [new RecordPublish { Key = key, Value = default, Edit = new CrdtEdit { Increment = amount } }] }))
                {
                    _ledgers[Crdt].Added(key, amount);
                }

                break;
            default:
                var tag = $"t{_purges.Count}";
                if (Commit(region, Lww, new WriteBatch { Purges = [new PurgeChange([new Selector(SelectorKind.Tag, tag)], PurgeMode.Hard)] }))
                {
                    _purges.Add(tag);
                }

                break;
        }
    }

    private void Publish(SimulatedRegion region, ZoneName zone, RecordKey key, WriteBatch batch, IReadOnlyList<string> knew)
    {
        var value = _ledgers[zone].NextValue();
        if (Commit(region, zone, batch))
        {
            _ledgers[zone].Wrote(key, value, knew);
            _world.Tell(region.Node.Name, $"{zone} {key.Name} is {value}{(knew.Count > 0 ? " instead of " + string.Join(", ", knew) : "")}");
        }
    }

    private void Delete(SimulatedRegion region, ZoneName zone, RecordKey key)
    {
        var state = region.Store.Read(s => s.FindAsync(zone, key, CancellationToken.None));
        if (Do(region, zone, () => region.Publisher.DeleteAsync(zone, new RecordDelete { Key = key }, default, CancellationToken.None).AsTask()) is { Outcome: WriteOutcome.Committed } result)
        {
            _ledgers[zone].Removed(key, result.Written[0].Version, zone == Siblings ? WriteLedger.Standing(state) : []);
            _world.Tell(region.Node.Name, $"{zone} {key.Name} is deleted");
        }
    }

    private bool Commit(SimulatedRegion region, ZoneName zone, WriteBatch batch) =>
        Do(region, zone, () => region.Publisher.BatchAsync(zone, batch, default, CancellationToken.None).AsTask()).IsCommitted;

    private T Do<T>(SimulatedRegion region, ZoneName zone, Func<Task<T>> write)
    {
        if (_mechanisms.HasFlag(RegionMechanisms.NewEpoch))
        {
            region.NoticeLoss(zone);
        }

        var result = AtOnce.Done(write());
        region.NoteCommitted(zone);
        return result;
    }

    private byte[] Value(ZoneName zone) => Encoding.UTF8.GetBytes(_ledgers[zone].NextValue());

    private void Fault()
    {
        var region = _regions[_world.Chance.Next(_regions.Count)];
        var replicator = region.Replicators[_world.Chance.Next(region.Replicators.Count)];
        var time = TimeSpan.FromMilliseconds(200) + _world.Within(TimeSpan.FromSeconds(3));
        switch (_world.Chance.Next(8))
        {
            case 0:
                replicator.Restart();
                break;
            case 1 when !replicator.Node.IsStopped:
                replicator.Node.Stop();
                _world.After(time, () => Wake(replicator));
                break;
            case 2:
                For(replicator, time, "loses answers", on => replicator.Far.DropsDown = on);
                break;
            case 3:
                For(replicator, time, "loses calls", on => replicator.Far.DropsUp = on);
                break;
            case 4 when !_losesTails:
                _world.Tell(region.Node.Name, "log trimmed");
                _hasTrimmed = true;
                region.Store.Trim(Zone(), long.MaxValue);
                break;
            case 5 when _losesTails:
                LoseTail(region, Zone());
                break;
            default:
                For(replicator, time, "cut off", on => replicator.Far.IsRefused = on);
                break;
        }
    }

    /// <summary>
    /// A store that can lose something gets a new epoch when another process serves it. One that claims to keep everything, and does not, goes on in its epoch until its writer misses what it committed; when all that
    /// was lost had come from other regions, it stays in it. Either way the origin appends again what it had acknowledged, and nothing may be gone.
    /// </summary>
    private void LoseTail(SimulatedRegion region, ZoneName zone)
    {
        _world.Tell(region.Node.Name, $"fails over and lacks the tail of {zone}");
        region.Store.LoseTail(zone, _world.Chance.Next(1, 5));
        region.Store.Restart();
        if (_noticesLoss && _mechanisms.HasFlag(RegionMechanisms.NewEpoch))
        {
            AtOnce.Done(region.Store.OpenEpochAsync(zone, 0, CancellationToken.None).AsTask());
        }

        if (_mechanisms.HasFlag(RegionMechanisms.Reappending))
        {
            _world.After(TimeSpan.FromMilliseconds(700), () => Do(region, zone, () => region.Publisher.ReappendAsync(zone, CancellationToken.None).AsTask()));
        }
    }

    private ZoneName Zone() => _world.Chance.Next(3) switch { 0 => Lww, 1 => Siblings, _ => Crdt };

    private static void Wake(SimulatedReplicator replicator)
    {
        if (replicator.Node.IsStopped)
        {
            replicator.Node.Continue();
        }
    }

    private void For(SimulatedReplicator replicator, TimeSpan time, string what, Action<bool> set)
    {
        _world.Tell(replicator.Node.Name, what);
        set(true);
        _world.After(time, () => set(false));
    }

    /// <summary>
    /// Equal records are not enough: a write that lost changes no record, so each replicator must also have read to the end of the other log since the last write.
    /// </summary>
    private bool Agrees() => _ledgers.Keys.All(zone => _regions.Skip(1).All(r => HoldTheSame(r, _regions[0], zone)))
        && _regions.All(r => r.Replicators.All(p => _ledgers.Keys.All(z => p.Replicator.AgeOf(z) < _world.Now - _overAt)) && Missing(r).Count == 0);

    /// <summary>Tombstones go at a time of each region's own, and with them what siblings had seen: then the values that stand are what must be equal.</summary>
    private bool HoldTheSame(SimulatedRegion one, SimulatedRegion other, ZoneName zone) =>
        _deletes ? one.Values(zone).SequenceEqual(other.Values(zone)) : one.Digests(zone).SequenceEqual(other.Digests(zone));

    private List<string> Missing(SimulatedRegion region)
    {
        var there = region.Log(Lww).Entries.SelectMany(e => e.Change is BatchChange batch ? batch.Changes : [e.Change]).OfType<PurgeChange>().SelectMany(p => p.Selectors).ToList();

        // A compare purges all, in place of purges it cannot know; a trimmed log has forgotten what it held.
        return _hasTrimmed || _losesTails || there.Exists(s => s.Kind == SelectorKind.All) ? [] : [.. _purges.Except(there.Select(s => s.Value), StringComparer.Ordinal)];
    }

    private void Check()
    {
        foreach (var zone in _ledgers.Keys)
        {
            foreach (var region in _regions.Skip(1).Where(r => !HoldTheSame(r, _regions[0], zone)))
            {
                var key = region.FirstOther(_regions[0], zone, _deletes);
                _violations.Add($"{zone}: {region.Name} and {_regions[0].Name} hold different records after healing: {Describe(region, zone, key)} and {Describe(_regions[0], zone, key)}");
            }
        }

        _violations.AddRange(_regions.SelectMany(r => Missing(r).Select(t => $"{r.Name} never got the purge of {t}")));
        foreach (var region in _regions)
        {
            _violations.AddRange(_ledgers[Siblings].SiblingsBack(k => region.Store.Read(s => s.FindAsync(Siblings, k, CancellationToken.None))).Select(v => $"{region.Name}: {v}"));
            _violations.AddRange(_ledgers[Lww].DeletedBack(k => region.Store.Read(s => s.FindAsync(Lww, k, CancellationToken.None))).Select(v => $"{region.Name}: {v}"));
            _violations.AddRange(_ledgers[Siblings].LostSiblings(k => region.Store.Read(s => s.FindAsync(Siblings, k, CancellationToken.None))).Select(v => $"{region.Name}: {v}"));
            _violations.AddRange(_ledgers[Crdt].WrongSums(k => region.Store.Read(s => s.FindAsync(Crdt, k, CancellationToken.None))).Select(v => $"{region.Name}: {v}"));
            _violations.AddRange(_hasTrimmed || _losesTails || _deletes ? [] : _ledgers[Lww].Unaccounted(k => region.Store.Read(s => s.HistoryAsync(Lww, k, CancellationToken.None))).Select(v => $"{region.Name}: {v}"));
        }
    }

    private static string Describe(SimulatedRegion region, ZoneName zone, RecordKey key) =>
        region.Store.Read(s => s.FindAsync(zone, key, CancellationToken.None)) is { } state
            ? $"{key} '{Encoding.UTF8.GetString(state.Value.Span)}' {state.Version} {Convert.ToHexString(state.Context.Span)}"
            : $"no {key}";

    private long Losers() => _regions.SelectMany(r => r.Replicators).Sum(r => r.Replicator.Counters.Losers);
}
