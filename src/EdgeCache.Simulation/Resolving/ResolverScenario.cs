using System.Collections.Immutable;
using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Wire;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Propagation;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Simulation.Resolving;

/// <summary>
/// A zone whose records, names and wildcards come and go, two servers of it and some resolvers, all followers of one store, and everything that can go wrong between them. Even seeds push changes into the
/// caches, odd ones wait for TTLs.
/// </summary>
#pragma warning disable CA1001 // A store in memory holds nothing to dispose.
public sealed class ResolverScenario
#pragma warning restore CA1001
{
    internal static readonly ZoneName Zone = ZoneName.Parse("shop.test");
    internal static readonly DomainName Apex = Name("shop.test.");
    internal static readonly Asked[] Questions = [.. new[] { "a", "b", "x.a", "y.a", "q.b", "z" }.Select(n => new Asked(Name($"{n}.shop.test."), RecordType.A))];
    private static readonly string[] Owners = ["a", "b", "x.a", "*", "*.a"];
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(12);
    private const int Servers = 2;

    /// <summary>Longest TTL of a record or of absence, seconds, where resolvers wait for it.</summary>
    private const int ShortTtl = 3;
    private const int LongTtl = 600;
    private readonly World _world;
    private readonly MemoryZoneStore _store;
    private readonly ZonePublisher _writer;
    private readonly ZoneTruth _truth;
    private readonly ResolverJudge _judge;
    private readonly List<SimulatedAuthority> _servers = [];
    private readonly List<SimulatedResolver> _resolvers = [];
    private readonly ResolverMechanisms _mechanisms;
    private readonly bool _isPush;
    private readonly DateTimeOffset _begun;
    private bool _isOver;
    private int _version;
    private int _absence;
    private uint _seenSoa;

    private ResolverScenario(long seed, ResolverMechanisms mechanisms)
    {
        _mechanisms = mechanisms;
        _isPush = seed % 2 == 0;
        _world = new World(seed);
        _absence = 1 + _world.Chance.Next(MaxTtl);
        var node = _world.AddNode("store");
        _store = new MemoryZoneStore(node.Time, new Random(_world.Chance.Next()));
        _writer = new ZonePublisher(_store, node.Time, new Random(_world.Chance.Next()), "writer");
        _truth = new ZoneTruth(node.Time);
        _begun = node.Time.GetUtcNow();
        _judge = new ResolverJudge(_world, _truth, _servers, _isPush, ZonePolicy.Standard.MaxLag, ZonePolicy.Standard.DegradedTtl, TimeSpan.FromSeconds(ShortTtl));
    }

    private int MaxTtl => _isPush ? LongTtl : ShortTtl;

    /// <summary>Runs one seed.</summary>
    public static ScenarioResult Run(long seed) => Run(seed, ResolverMechanisms.All);

    internal static ScenarioResult Run(long seed, ResolverMechanisms mechanisms) => new ResolverScenario(seed, mechanisms).Run();

    private ScenarioResult Run()
    {
        var policy = ZonePolicy.Standard with { Resolver = _isPush ? ResolverMode.Push : ResolverMode.Ttl };
        _store.PutZoneAsync(new ZoneDefinition(Zone, policy), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        NoteOpened();
        PublishSoa();
        for (var i = 0; i < Servers; i++)
        {
            _servers.Add(Shaken(new SimulatedAuthority(_world.AddNode($"server-{i}"), _store, _truth)));
        }

        for (var i = 0; i < 3; i++)
        {
            _resolvers.Add(Shaken(new SimulatedResolver(_world.AddNode($"resolver-{i}"), _store, _truth, _servers, _judge, _mechanisms, _isPush)));
        }

        Repeat(TimeSpan.FromMilliseconds(120), Change);
        Repeat(TimeSpan.FromMilliseconds(4), () => _resolvers[_world.Chance.Next(_resolvers.Count)].Ask(_world.Chance.Next(Questions.Length)));
        var faults = new Faults(_world, _store, Zone, [.. _servers, .. _resolvers])
        {
            NoticesLoss = true,
            SeenSoaSerial = () => _seenSoa,
            OnOpened = _ => NoteOpened(),
            OnWoke = _judge.Woke,
        };
        Repeat(TimeSpan.FromMilliseconds(500), faults.Next);
        _world.RunFor(Trouble);
        _isOver = true;
        var hits = _resolvers.Sum(r => r.Hits);
        return new ScenarioResult("resolvers", _world.Seed, _judge.Violations, hits, _judge.Old, _world.Steps, _judge.Story);
    }

    private static DomainName Name(string text) => DomainName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private T Shaken<T>(T process)
        where T : IFaultyProcess
    {
        process.Network.HintLoss = _world.Chance.Next(3) * 0.2;
        process.Network.HintDuplication = 0.1;
        process.Network.MaxDelay = TimeSpan.FromMilliseconds(_world.Chance.Next(1, 60));
        return process;
    }

    private void Repeat(TimeSpan mean, Action action) => _world.After(_world.Within(mean * 2), () =>
    {
        if (!_isOver)
        {
            action();
            Repeat(mean, action);
        }
    });

    private void Change()
    {
        if (View().Records.Count == 0)
        {
            // The store was emptied.
            PublishSoa();
            return;
        }

        var key = new RecordKey(Owners[_world.Chance.Next(Owners.Length)], "A");

        // Where TTLs are waited for, who will change something lowers its time to live first.
        switch (_world.Chance.Next(_isPush ? 8 : 12))
        {
            case < 4:
                var version = ++_version;
                Publish(key, Encoding.ASCII.GetBytes($"10.{version >> 16 & 255}.{version >> 8 & 255}.{version & 255}"));
                break;
            case < 11 and > 7:
                if (View().Records.GetValueOrDefault(key) is { IsDeleted: false } there)
                {
                    Publish(key, there.Value);
                }

                break;
            case 11:
                _absence = 1 + _world.Chance.Next(MaxTtl);
                PublishSoa();
                break;
            case < 7:
                Commit(key, new WriteBatch { Deletes = [new RecordDelete { Key = key }] });
                break;
            default:
                var question = _world.Chance.Next(Questions.Length);
                var name = ZoneRelativeName.Of(Questions[question].Name.Wire, Apex);
                if (Commit(null, new WriteBatch { Purges = [new PurgeChange([new Selector(SelectorKind.Name, name)], (PurgeMode)_world.Chance.Next(2))] }))
                {
                    _judge.Purged(_truth.Now, question);
                }

                break;
        }
    }

    private void Publish(RecordKey key, ReadOnlyMemory<byte> value) =>
        Commit(key, new WriteBatch { Publishes = [new RecordPublish { Key = key, Value = value, Ttl = 1 + _world.Chance.Next(MaxTtl) }] });

    private void PublishSoa()
    {
        var key = new RecordKey("@", "SOA");
        Commit(key, new WriteBatch { Publishes = [new RecordPublish { Key = key, Value = Encoding.ASCII.GetBytes($"ns h 1 2 3 4 {_absence}"), Ttl = MaxTtl }] });
    }

    private bool Commit(RecordKey? key, WriteBatch batch)
    {
        var before = key is { } k ? View().Records.GetValueOrDefault(k) : null;
        if (!AtOnce.Done(_writer.BatchAsync(Zone, batch, default, CancellationToken.None).AsTask()).IsCommitted)
        {
            return false;
        }

        var view = View();
        if (key is { } changed && view.Records.GetValueOrDefault(changed) is { } after)
        {
            Note(view, Announced(view, new RecordChange(after, before)));
        }
        else
        {
            Note(view, Announcement.Nothing);
        }

        _world.Tell("writer", $"{view.Position}: {key?.ToString() ?? "purge"} {(key is { } w && view.Records.GetValueOrDefault(w) is { IsDeleted: false } r ? Encoding.ASCII.GetString(r.Value.Span) : "")}");
        return true;
    }

    /// <summary>What the product announces of a change: the same questions to the store, as soon as it is committed.</summary>
    private Announcement Announced(ZoneView view, RecordChange change)
    {
        Record[] around = [.. OldAnswers.Deciding(change.After.Key).Select(view.Records.GetValueOrDefault).OfType<Record>()];
        var keys = _mechanisms.HasFlag(ResolverMechanisms.EarlierLives) ? OldAnswers.WithHistory(change) : [];
        var histories = keys.Select(k => _store.Read(s => s.HistoryAsync(Zone, k, CancellationToken.None)))
            .Select(h => h.Where(i => i.Reason is null).Select(i => i.Record).ToArray()).ToArray();
        return new Announcement(
            TimeSpan.FromSeconds(OldAnswers.MaxLife(change, around)),
            lag => DateTimeOffset.FromUnixTimeMilliseconds(histories.Select(h => OldAnswers.EarlierUntil(change, h, around, lag)).DefaultIfEmpty(0).Max()) - _begun);
    }

    private void Note(ZoneView view, Announcement announced)
    {
        _seenSoa = view.SoaSerial;
        _truth.Add(new ZoneView(Zone, view.Epoch, view.Serial, view.SoaSerial, view.Records, [new DnsZoneProjection().Build(view)]), _world.Now, announced);
    }

    /// <summary>The log goes on elsewhere: what was lost may have had any time to live.</summary>
    private void NoteOpened() => Note(View(), Announcement.Anything(TimeSpan.FromSeconds(MaxTtl)));

    private ZoneView View()
    {
        var head = _store.Read(s => s.ReadShardAsync(Zone.Shard, [new ZoneCursor(Zone, default, 0)], 1, CancellationToken.None)).Zones[0];
        var records = head.Exists ? _store.Read(s => s.ListAsync(Zone, null, 10_000, CancellationToken.None)) : [];
        return new ZoneView(Zone, head.Epoch, head.Head, head.SoaSerial, records.ToImmutableDictionary(r => r.Key), []);
    }
}
