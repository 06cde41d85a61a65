using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Following;

public sealed class EntryReaderTests
{
    private readonly ZoneLog _log = new();

    [Theory]
    [InlineData(FloorInterest.Pages, "Tag:t")]
    [InlineData(FloorInterest.Names, "Name:www/A")]
    [InlineData(FloorInterest.Pages | FloorInterest.Names, "Name:www/A Tag:t")]
    [InlineData(FloorInterest.None, "")]
    public void TryRead_RecordChanged_RaisesOnlyWhatTheNodeCaresFor(FloorInterest interest, string floors)
    {
        var start = Start([ZoneLog.Put("www", "A", "192.0.2.1", "t")]);
        Assert.Equal(floors, Floors(start, interest, ZoneLog.Put("www", "A", "192.0.2.2", "t")));
    }

    [Fact]
    public void TryRead_TagsChanged_RaisesOldAndNew()
    {
        var start = Start([ZoneLog.Put("a", "DOC", "1", "old", "both")]);
        Assert.Equal("Tag:both Tag:new Tag:old", Floors(start, FloorInterest.Pages, ZoneLog.Put("a", "DOC", "2", "both", "new")));
    }

    [Theory]
    // Empty non-terminals come into being with what is below them; their whole subtree may have been answered from a wildcard or as absent.
    [InlineData("put a.b A", "Name: Name:a.b/A Subtree:b")]
    [InlineData("put x.www A", "Name: Name:x.www/A Subtree:x.www")]
    [InlineData("put www AAAA", "Name: Name:www/AAAA Subtree:www")]
    [InlineData("delete www A", "Name: Name:www/A Subtree:www")]
    [InlineData("put *.www A", "Name: Name:*.www/A Subtree:*.www Subtree:www")]
    [InlineData("put sub.*.www A", "Name: Name:sub.*.www/A Subtree:*.www Subtree:www")]
    [InlineData("put sub.* A", "Name: Name:sub.*/A Subtree:* Subtree:@")]
    [InlineData("put sub DS", "Name: Name:sub/DS Subtree:sub Subtree:sub Name:")]
    [InlineData("put ns.sub A", "Name: Name:ns.sub/A Subtree:ns.sub Subtree:sub")]
    [InlineData("put sub NS", "Name:sub/NS Subtree:sub Name:")]
    [InlineData("put www CNAME", "Name: Name:www Name:www/CNAME Subtree:www")]
    [InlineData("put @ TXT", "Name: Name:@/TXT Subtree:@")]
    [InlineData("put doc DOC", "")]
    public void TryRead_NameChanged_RaisesWhatAResolverMayHaveLearnt(string change, string floors)
    {
        var start = Start([ZoneLog.Put("www", "A", "192.0.2.1"), ZoneLog.Put("sub", "NS", "ns.sub")]);
        var words = change.Split(' ');
        var what = words[0] == "put" ? ZoneLog.Put(words[1], words[2], "x") : ZoneLog.Delete(words[1], words[2]);
        var sorted = string.Join(' ', floors.Split(' ').Order(StringComparer.Ordinal));
        Assert.Equal(sorted, Floors(start, FloorInterest.Names, what));
    }

    /// <summary>That y.a is not there may have been learnt of a (RFC 8020): purging y.a by name must reach that too.</summary>
    [Theory]
    [InlineData(FloorInterest.Names, "Name: Name:y.a")]
    [InlineData(FloorInterest.NamePurges, "Name: Name:y.a")]
    [InlineData(FloorInterest.Pages, "")]
    public void TryRead_NamePurged_MakesAbsencesDoubtful(FloorInterest interest, string floors) =>
        Assert.Equal(floors, Floors(Start([]), interest, new PurgeChange([new Selector(SelectorKind.Name, "y.a")], PurgeMode.Soft)));

    [Fact]
    public void TryRead_LoserOfAConflict_ChangesNothing()
    {
        var start = Start([ZoneLog.Put("www", "A", "192.0.2.1")]);
        var lost = ZoneLog.Put("www", "A", "192.0.2.9") with { Loser = "older" };
        Assert.True(EntryReader.TryRead(start, _log.Append(lost), FloorInterest.Names, NameIndex.Of(start.Values), out var effect));
        Assert.Empty(effect.Rises);
        Assert.Equal(start, effect.Records);
    }

    [Fact]
    public void TryRead_RecordIsForgotten_IsNotThereAndItsTagsAreOld()
    {
        var start = Start([ZoneLog.Put("www", "A", "192.0.2.1", "t"), ZoneLog.Put("x", "A", "192.0.2.1")]);
        var forgotten = ZoneLog.Put("www", "A", "", "t").After with { IsDeleted = true, Version = new RecordVersion(0, default, "") };
        Assert.True(EntryReader.TryRead(start, _log.Append(new RecordChange(forgotten, null)), FloorInterest.Pages, null, out var effect));
        Assert.Equal(["x"], effect.Records.Keys.Select(k => k.Name));
        Assert.Equal(["t"], effect.Rises.Select(r => r.Selector.Value));
    }

    [Fact]
    public void TryRead_Batch_HasTheFloorsOfAllAndOneSetOfRecords()
    {
        var batch = new BatchChange([ZoneLog.Put("a", "DOC", "1", "t1"), new PurgeChange([Selector.Everything], PurgeMode.Hard), ZoneLog.Put("b", "DOC", "1", "t2")]);
        Assert.True(EntryReader.TryRead([], _log.Append(batch), FloorInterest.Pages, null, out var effect));
        Assert.Equal(2, effect.Records.Count);
        Assert.Equal(["Tag:t1:Soft", "All::Hard", "Tag:t2:Soft"], effect.Rises.Select(r => $"{r.Selector.Kind}:{r.Selector.Value}:{r.Mode}"));
    }

    [Fact]
    public void TryRead_UnknownKindInsideABatch_IsRefusedWhole()
    {
        var batch = new BatchChange([ZoneLog.Put("a", "DOC", "1"), new AlienChange()]);
        Assert.False(EntryReader.TryRead([], _log.Append(batch), FloorInterest.Pages, null, out var effect));
        Assert.Empty(effect.Records);
    }

    private static ImmutableDictionary<RecordKey, Record> Start(RecordChange[] changes) => changes.ToImmutableDictionary(c => c.After.Key, c => c.After);

    private string Floors(ImmutableDictionary<RecordKey, Record> start, FloorInterest interest, Change change)
    {
        var names = interest.HasFlag(FloorInterest.Names) ? NameIndex.Of(start.Values) : null;
        Assert.True(EntryReader.TryRead(start, _log.Append(change), interest, names, out var effect));
        return string.Join(' ', effect.Rises.Select(Text).Order(StringComparer.Ordinal));
    }

    private static string Text(FloorRise rise) => $"{rise.Selector.Kind}:{rise.Selector.Value}{(rise.Selector.Type.Length == 0 ? "" : "/" + rise.Selector.Type)}";
}

/// <summary>What a newer version of the program might write.</summary>
internal sealed record AlienChange : Change;
