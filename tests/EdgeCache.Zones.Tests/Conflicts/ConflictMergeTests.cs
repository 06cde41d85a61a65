using CsCheck;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Conflicts;

public sealed class ConflictMergeTests
{
    private static readonly RecordKey _doc = new("a", RecordKey.Doc);
    private static readonly RecordKey _dns = new("a", "TXT");

    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public void Merge_StatesOfThreeRegions_IsCommutativeAssociativeAndIdempotent(ConflictRule rule) => Gen.Int[0, 5].Array[1, 40].Sample(steps =>
    {
        var regions = Play(rule, steps);
        var (a, b, c) = (regions[0].State, regions[1].State, regions[2].State);
        var all = Join(rule, Join(rule, a, b), c);
        foreach (var other in new[]
        {
            Join(rule, a, Join(rule, b, c)), Join(rule, Join(rule, c, b), a), Join(rule, Join(rule, b, a), Join(rule, c, a)), Join(rule, all, all), Join(rule, all, b),
        })
        {
            Assert.Equal(all is null ? "" : Replica.Bytes(all), other is null ? "" : Replica.Bytes(other));
        }
    });

    [Fact]
    public void Siblings_AnyHistory_KeepsExactlyTheWritesThatNoOtherKnew() => Gen.Int[0, 5].Array[1, 40].Sample(steps =>
    {
        // The oracle keeps whole causal pasts instead of vectors.
        var regions = Regions(ConflictRule.Siblings, _doc);
        var known = Enumerable.Range(0, 3).Select(_ => new HashSet<int>()).ToArray();
        var pasts = new Dictionary<int, HashSet<int>>();
        for (var i = 0; i < steps.Length; i++)
        {
            var at = i % 3;
            if (steps[i] < 3)
            {
                regions[steps[i]].Receive(regions[at].State);
                known[steps[i]].UnionWith(known[at]);
                continue;
            }

            var reads = steps[i] == 3 ? at : steps[i] == 4 ? (at + 1) % 3 : -1;
            pasts[i] = reads < 0 ? [] : [.. known[reads]];
            known[at].UnionWith(pasts[i]);
            known[at].Add(i);
            regions[at].Write(i, $"{i}", reads < 0 ? null : SiblingSet.Of(regions[reads].State).Vector);
        }

        for (var at = 0; at < 3; at++)
        {
            var alive = known[at].Where(w => !known[at].Any(o => pasts[o].Contains(w))).Select(w => $"{w}").Order();
            Assert.Equal(alive, SiblingSet.Of(regions[at].State).Live().Select(Text).Order());
        }
    });

    [Fact]
    public void Set_AnyHistory_HoldsWhatNoRemoveKnew() => Gen.Int[0, 8].Array[1, 40].Sample(steps =>
    {
        var regions = Regions(ConflictRule.Crdt, _dns);
        var adds = Enumerable.Range(0, 3).Select(_ => new HashSet<(string, int)>()).ToArray();
        var removed = Enumerable.Range(0, 3).Select(_ => new HashSet<(string, int)>()).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var (at, element) = (i % 3, $"e{steps[i] % 3}");
            if (steps[i] < 3)
            {
                regions[steps[i]].Receive(regions[at].State);
                adds[steps[i]].UnionWith(adds[at]);
                removed[steps[i]].UnionWith(removed[at]);
                continue;
            }

            var isAdd = steps[i] < 6;
            regions[at].Write(i, "", edit: isAdd ? new CrdtEdit { Add = [element] } : new CrdtEdit { Remove = [element] });
            removed[at].UnionWith(adds[at].Where(a => a.Item1 == element));
            if (isAdd)
            {
                adds[at].Add((element, i));
            }
        }

        for (var at = 0; at < 3; at++)
        {
            var there = adds[at].Except(removed[at]).Select(a => a.Item1).Distinct().Order();
            Assert.Equal(string.Join('\n', there), regions[at].State is { } state ? Text(state) : "");
        }
    });

    [Fact]
    public void Counter_AnyHistory_IsTheSumOfWhatARegionHasHeardOf() => Gen.Int[-9, 9].Array[1, 40].Sample(steps =>
    {
        var regions = Regions(ConflictRule.Crdt, _doc);
        var heard = Enumerable.Range(0, 3).Select(_ => new Dictionary<int, int>()).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var at = i % 3;
            if (steps[i] is >= 0 and < 3)
            {
                regions[steps[i]].Receive(regions[at].State);
                heard[at].ToList().ForEach(h => heard[steps[i]][h.Key] = h.Value);
                continue;
            }

            regions[at].Write(i, "", edit: new CrdtEdit { Increment = steps[i] });
            heard[at][i] = steps[i];
        }

        for (var at = 0; at < 3; at++)
        {
            Assert.Equal(heard[at].Count == 0 ? "" : $"{heard[at].Values.Sum()}", regions[at].State is { } state ? Text(state) : "");
        }
    });

    [Fact]
    public void LastWriter_TheLoserAndWhatItLostTo_AreInTheLedger()
    {
        var (here, there) = (new Replica("eu", ConflictRule.LastWriteWins, _doc, 0), new Replica("us", ConflictRule.LastWriteWins, _doc, 0));
        var older = here.Write(1, "older");
        var newer = there.Write(2, "newer");

        var loses = ConflictMerge.Merge(newer, older, ConflictRule.LastWriteWins);
        Assert.Equal((HistoryReason.Older, "older", HistoryReason.Older), (loses.Loser, Text(loses.Ledger[0].Record), loses.Ledger[0].Reason));
        Assert.Equal("newer", Text(loses.Standing!));
        var wins = ConflictMerge.Merge(older, newer, ConflictRule.LastWriteWins);
        Assert.Equal((null, "newer", HistoryReason.Later), (wins.Loser, Text(wins.Ledger[0].Record), wins.Ledger[0].Reason));
        var again = ConflictMerge.Merge(newer, newer, ConflictRule.LastWriteWins);
        Assert.Equal(HistoryReason.Known, again.Loser);
        Assert.Empty(again.Ledger);
    }

    [Theory]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public void Merge_DeleteAndConcurrentWrite_TheWriteStays(ConflictRule rule)
    {
        var (here, there) = (new Replica("eu", rule, _dns, 0), new Replica("us", rule, _dns, 0));
        here.Write(1, "first");
        there.Receive(here.State);
        here.Write(9, "", SiblingSet.Of(here.State).Vector, delete: true);
        Assert.True(here.State!.IsDeleted);
        there.Write(2, "second", SiblingSet.Of(there.State).Vector);
        here.Receive(there.State);
        there.Receive(here.State);

        Assert.Equal("second", Text(here.State!));
        Assert.Equal(here.Digest, there.Digest);
    }

    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public void Merge_DeleteThatKnewTheValue_NoLateCopyBringsItBack(ConflictRule rule)
    {
        var (here, there) = (new Replica("eu", rule, _dns, 0), new Replica("us", rule, _dns, 60_000));
        there.Write(1, "first");
        var late = there.State;
        here.Receive(late);
        here.Write(70_000, "", SiblingSet.Of(here.State).Vector, delete: true);
        here.Receive(late);

        Assert.True(here.State!.IsDeleted);
        there.Receive(here.State);
        Assert.True(there.State!.IsDeleted);
    }

    [Fact]
    public void Siblings_ValuesFromBeforeTheRule_AreOneValueEverywhere()
    {
        var plain = new Replica("eu", ConflictRule.LastWriteWins, _doc, 0).Write(5, "plain");
        var (a, b) = (new Replica("eu", ConflictRule.Siblings, _doc, 0), new Replica("us", ConflictRule.Siblings, _doc, 0));
        a.Receive(plain);
        b.Receive(plain);
        a.Receive(b.State);
        Assert.Single(SiblingSet.Of(a.State).Live());
        a.Write(6, "next", SiblingSet.Of(a.State).Vector);
        b.Receive(a.State);
        Assert.Equal("next", Text(b.State!));
        Assert.Equal(a.Digest, b.Digest);
    }

    private static Replica[] Regions(ConflictRule rule, RecordKey key) => [new("a", rule, key, 0), new("b", rule, key, 60_000), new("c", rule, key, -60_000)];

    private static Replica[] Play(ConflictRule rule, int[] steps)
    {
        var regions = Regions(rule, _dns);
        for (var i = 0; i < steps.Length; i++)
        {
            var region = regions[i % 3];
            if (steps[i] < 3)
            {
                regions[steps[i]].Receive(region.State);
            }
            else if (steps[i] == 5 && region.State is { IsDeleted: false } state)
            {
                region.Write(i, "", SiblingSet.Of(state).Vector, delete: true);
            }
            else
            {
                region.Write(i, $"v{i}", steps[i] == 3 && region.State is { } read ? SiblingSet.Of(read).Vector : null);
            }
        }

        return regions;
    }

    private static Record? Join(ConflictRule rule, Record? a, Record? b) => a is null ? b : b is null ? a : ConflictMerge.Merge(a, b, rule).Standing;

    private static string Text(Record state) => System.Text.Encoding.UTF8.GetString(state.Value.Span);
}
