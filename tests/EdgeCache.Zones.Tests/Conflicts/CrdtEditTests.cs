using System.Text;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Conflicts;

public sealed class CrdtEditTests
{
    private static readonly RecordKey _doc = new("a", RecordKey.Doc);

    [Theory]
    [InlineData("""{"increment":1}""")]
    [InlineData("""{"increment":-9007199254740991}""")]
    [InlineData("""{"add":["x","y"]}""")]
    [InlineData("""{"add":["x"],"remove":["y"]}""")]
    [InlineData("""{"remove":["y"]}""")]
    [InlineData("""{"set":{"k":"v"}}""")]
    [InlineData("""{"set":{"k":"v"},"remove":["y"]}""")]
    public void TryParse_AnEdit_IsTaken(string json) => Assert.True(CrdtEdit.TryParse(Encoding.UTF8.GetBytes(json), out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{"increment":1.5}""")]
    [InlineData("""{"increment":9007199254740992}""")]
    [InlineData("""{"increment":"1"}""")]
    [InlineData("""{"increment":1,"add":["x"]}""")]
    [InlineData("""{"increment":1,"increment":2}""")]
    [InlineData("""{"increment":1,"remove":["x"]}""")]
    [InlineData("""{"add":["x"],"set":{}}""")]
    [InlineData("""{"add":[1]}""")]
    [InlineData("""{"add":"x"}""")]
    [InlineData("""{"set":{"k":1}}""")]
    [InlineData("""{"set":{"k":"v","k":"w"}}""")]
    [InlineData("""{"plus":1}""")]
    [InlineData("""{"increment":1} x""")]
    [InlineData("""{"add":[[["x"]]]}""")]
    public void TryParse_AnythingElse_IsRefusedWithWhatIsAllowed(string json)
    {
        Assert.False(CrdtEdit.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Contains("increment", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_MoreItemsOrLongerThanAllowed_IsRefused()
    {
        var many = string.Join(',', Enumerable.Range(0, CrdtEdit.MaxItems + 1).Select(i => $"\"{i}\""));
        Assert.False(CrdtEdit.TryParse(Encoding.UTF8.GetBytes($$"""{"add":[{{many}}]}"""), out _, out _));
        Assert.False(CrdtEdit.TryParse(Encoding.UTF8.GetBytes($$"""{"add":["{{new string('x', CrdtEdit.MaxItemLength + 1)}}"]}"""), out _, out _));
    }

    [Fact]
    public void Apply_EditsOfOneRecord_GiveItsValue()
    {
        var counter = new Replica("eu", ConflictRule.Crdt, _doc, 0);
        counter.Write(1, "", edit: new CrdtEdit { Increment = 5 });
        counter.Write(2, "", edit: new CrdtEdit { Increment = -7 });
        Assert.Equal("-2", Text(counter.State!));
        counter.Write(3, "40");
        Assert.Equal("40", Text(counter.State!));
        counter.Write(4, "", delete: true);
        Assert.True(counter.State!.IsDeleted);
        counter.Write(5, "", edit: new CrdtEdit { Increment = 1 });
        Assert.Equal("1", Text(counter.State!));

        var map = new Replica("eu", ConflictRule.Crdt, _doc, 0);
        map.Write(1, """{"b":"1","a":"é\""}""");
        map.Write(2, "", edit: new CrdtEdit { Set = new Dictionary<string, string> { ["c"] = "3" }, Remove = ["b"] });
        Assert.Equal("""{"a":"é\"","c":"3"}""", Text(map.State!));

        var set = new Replica("eu", ConflictRule.Crdt, _doc, 0);
        set.Write(1, "", edit: new CrdtEdit { Add = ["y", "x", "x"] });
        Assert.Equal("""["x","y"]""", Text(set.State!));
        set.Write(2, "", edit: new CrdtEdit { Remove = ["x", "y", "z"] });
        Assert.Equal("[]", Text(set.State!));
        Assert.False(set.State!.IsDeleted);
    }

    [Fact]
    public void Apply_AnEditThatDoesNotFit_IsRefusedWithTheKind()
    {
        var counter = new Replica("eu", ConflictRule.Crdt, _doc, 0);
        counter.Write(1, "", edit: new CrdtEdit { Increment = CrdtEdit.MaxNumber });
        Assert.Contains("counter", Refusal(counter.State!, new CrdtEdit { Add = ["x"] }), StringComparison.Ordinal);
        Assert.Contains("range", Refusal(counter.State!, new CrdtEdit { Increment = 1 }), StringComparison.Ordinal);
        Assert.Contains("set of lines", Refusal(null, new CrdtEdit { Increment = 1 }, new RecordKey("a", "TXT")), StringComparison.Ordinal);
    }

    [Fact]
    public void RecordContext_AnyTruncationOrFlippedByte_NeverThrows()
    {
        var map = new Replica("eu", ConflictRule.Crdt, _doc, 0);
        map.Write(1, """{"b":"1","a":"2"}""");
        var siblings = new Replica("eu", ConflictRule.Siblings, _doc, 0);
        siblings.Write(1, "x");
        siblings.Write(2, "y");
        foreach (var state in new[] { map.State!, siblings.State! })
        {
            for (var i = 0; i < state.Context.Length; i++)
            {
                var cut = state with { Context = state.Context[..i] };
                Assert.False(RecordContext.TryReadCrdt(cut, out _));
                Assert.False(RecordContext.TryReadSiblings(cut, out _));
                var bytes = state.Context.ToArray();
                bytes[i] ^= 0xFF;
                _ = RecordContext.TryReadCrdt(state with { Context = bytes }, out _);
                _ = RecordContext.TryReadSiblings(state with { Context = bytes }, out _);
            }
        }
    }

    private static string Refusal(Record? state, CrdtEdit edit, RecordKey? key = null)
    {
        var write = new Record { Key = key ?? _doc, Value = default, ContentType = "", Ttl = 1, Version = new RecordVersion(9, HybridTimestamp.From(9, 0), "eu"), CommittedAt = 0 };
        return LocalMerge.Crdt(state, new RecordWrite(write, default) { Edit = edit }, new DotSource("eu", default)).Error ?? "";
    }

    private static string Text(Record state) => Encoding.UTF8.GetString(state.Value.Span);
}
