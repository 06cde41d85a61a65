using CsCheck;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Data.Snapshots;

public sealed class ZoneEditorTests
{
    private static readonly DomainName Apex = Names.Of("z.test");
    private static readonly RecordSet Soa = Of(RecordType.SOA, "ns h 1 2 3 4 5");
    private static readonly string[] Labels = ["a", "b", "*", "c", "DD"];

    private static readonly Gen<(string Name, bool Put, int Type)> Change = Gen.Select(
        Gen.Int[0, Labels.Length - 1].Array[0, 3], Gen.Bool, Gen.Int[0, 2], static (l, put, type) => (string.Concat(l.Select(static i => Labels[i] + ".")) + "z.test.", put, type));

    private static readonly (RecordType Type, string Text)[] Types = [(RecordType.A, "192.0.2.1"), (RecordType.NS, "ns.x."), (RecordType.TXT, "t")];

    /// <summary>The model is a plain dictionary; names with something below exist, others do not.</summary>
    [Fact]
    public void AnyChanges_InAnyBatches_GiveTheZoneOfTheModel() =>
        Change.Array[1, 12].Array[1, 8].Sample(static batches =>
        {
            var model = new Dictionary<(string Name, RecordType Type), RecordSet>();
            ZoneSnapshot zone = new ZoneEditor(Apex).ToSnapshot(Soa, 1);
            foreach ((string, bool, int)[] batch in batches)
            {
                ZoneSnapshot before = zone;
                string seen = Dump(before);
                var editor = new ZoneEditor(before);
                foreach ((string name, bool put, int type) in batch)
                {
                    Apply(editor, model, name, put, Types[type]);
                }

                zone = editor.ToSnapshot(Soa, before.Serial + 1);
                Assert.Equal(seen, Dump(before));
                Check(zone, model);
            }

            Assert.True(zone.Journal.TryGetSince(1, out IReadOnlyList<ZoneDelta> deltas));
            Assert.Equal(batches.Length, deltas.Count);
            CheckReplay(deltas, zone);
        });

    [Fact]
    public void ManyNames_AddedAndRemoved_AreFoundAndGone()
    {
        ZoneSnapshot zone = new ZoneEditor(Apex).ToSnapshot(Soa, 1);
        const int Count = 5_000;
        for (int i = 0; i < Count; i++)
        {
            var editor = new ZoneEditor(zone);
            editor.Put(Names.Of($"n{i}.z.test").Wire, Of(RecordType.A, "192.0.2.1"));
            zone = editor.ToSnapshot(Soa, zone.Serial + 1);
        }

        Assert.All(Enumerable.Range(0, Count), i => Assert.NotNull(zone.Find(Names.Of($"N{i}.z.test"))));
        Assert.Equal(Count + 1, zone.Names.Count);
        var remover = new ZoneEditor(zone);
        for (int i = 0; i < Count; i += 2)
        {
            remover.Remove(Names.Of($"n{i}.z.test").Wire, RecordType.A);
        }

        ZoneSnapshot half = remover.ToSnapshot(Soa, zone.Serial + 1);
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal(i % 2 == 1, half.Find(Names.Of($"n{i}.z.test")) is not null));
        Assert.Equal((Count / 2) + 1, half.Names.Count);
        Assert.Equal(Count + 1, zone.Names.Count);
    }

    [Fact]
    public void Journal_IsBounded_AndHasNoGaps()
    {
        ZoneSnapshot zone = new ZoneEditor(Apex).ToSnapshot(Soa, 1);
        for (int i = 0; i < DataLimits.MaxJournalVersions + 10; i++)
        {
            var editor = new ZoneEditor(zone);
            editor.Put(Names.Of("a.z.test").Wire, Of(RecordType.A, $"192.0.2.{i % 250}"));
            zone = editor.ToSnapshot(Soa, zone.Serial + 1);
        }

        Assert.Equal(DataLimits.MaxJournalVersions, zone.Journal.Count);
        Assert.False(zone.Journal.TryGetSince(5, out _));
        Assert.True(zone.Journal.TryGetSince(zone.Serial - 3, out IReadOnlyList<ZoneDelta> deltas));
        Assert.Equal(3, deltas.Count);
    }

    [Fact]
    public void Change_TakenBackInOneBatch_IsNoDifference()
    {
        ZoneSnapshot zone = new ZoneEditor(Apex).ToSnapshot(Soa, 1);
        var editor = new ZoneEditor(zone);
        editor.Put(Names.Of("a.z.test").Wire, Of(RecordType.A, "192.0.2.1"));
        editor.Put(Names.Of("a.z.test").Wire, Of(RecordType.A, "192.0.2.2"));
        editor.Put(Names.Of("b.z.test").Wire, Of(RecordType.A, "192.0.2.1"));
        editor.Remove(Names.Of("b.z.test").Wire, RecordType.A);
        Assert.True(editor.ToSnapshot(Soa, 2).Journal.TryGetSince(1, out IReadOnlyList<ZoneDelta> deltas));
        RecordSetChange change = Assert.Single(Assert.Single(deltas).Changes);
        Assert.Null(change.Before);
        Assert.Equal("192.0.2.2", Rdata.Format(RecordType.A, change.After!.First));
    }

    private static void Apply(
        ZoneEditor editor, Dictionary<(string Name, RecordType Type), RecordSet> model, string name, bool put, (RecordType Type, string Text) data)
    {
        if (put)
        {
            RecordSet set = Of(data.Type, data.Text);
            editor.Put(Names.Of(name).Wire, set);
            model[(name, data.Type)] = set;
        }
        else
        {
            editor.Remove(Names.Of(name).Wire, data.Type);
            model.Remove((name, data.Type));
        }
    }

    private static void Check(ZoneSnapshot zone, Dictionary<(string Name, RecordType Type), RecordSet> model)
    {
        var names = new HashSet<DomainName> { Apex };
        foreach ((string name, _) in model.Keys)
        {
            for (DomainName n = Names.Of(name); n != Apex; n = n.Parent)
            {
                names.Add(n);
            }
        }

        Assert.Equal(names.Count, zone.Names.Count);
        foreach (DomainName name in names)
        {
            NameNode? node = zone.Find(name);
            Assert.NotNull(node);
            Assert.Equal(names.Count(n => n != Apex && n.Parent == name), node.Children);
            Assert.Equal(names.Any(n => n.IsWildcard && n.Parent == name), node.HasWildcard);
            foreach ((RecordType type, _) in Types)
            {
                Assert.Equal(model.Any(m => m.Key.Type == type && Names.Of(m.Key.Name) == name), node.Find(type) is not null);
            }

            bool cut = name != Apex && node.Find(RecordType.NS) is not null;
            Assert.True(!cut || zone.Cuts.Any(name.Labels));
        }

        Assert.Equal(model.Any(static m => m.Key.Type == RecordType.NS && m.Key.Name != "z.test."), !zone.Cuts.IsNone);
    }

    private static void CheckReplay(IReadOnlyList<ZoneDelta> deltas, ZoneSnapshot zone)
    {
        var replay = new ZoneEditor(Apex);
        foreach (RecordSetChange change in deltas.SelectMany(static d => d.Changes))
        {
            if (change.Before is { } before)
            {
                Assert.True(replay.Find(change.Name)?.Find(before.Type)?.IsSameAs(before));
                replay.Remove(change.Name, before.Type);
            }

            if (change.After is { } after)
            {
                replay.Put(change.Name, after);
            }
        }

        Assert.Equal(Dump(zone), Dump(replay.ToSnapshot(Soa, zone.Serial)));
    }

    private static string Dump(ZoneSnapshot zone) => string.Join('\n', zone.Names.All
        .SelectMany(static n => n.Sets.Select(s => $"{DomainName.FromWire(n.Lower)} {s.Type} {Convert.ToHexString(s.Tails)}")).Order(StringComparer.Ordinal));

    private static RecordSet Of(RecordType type, string text)
    {
        Assert.True(Rdata.Parse(type, text, Apex, out byte[] stored).IsNone);
        return RecordSet.Of(type, 60, stored);
    }
}
