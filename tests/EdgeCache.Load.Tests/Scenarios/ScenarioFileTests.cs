using EdgeCache.Load.Scenarios;
using Xunit;

namespace EdgeCache.Load.Tests.Scenarios;

public sealed class ScenarioFileTests
{
    private const string Head = """{ "name": "x", "chapter": "c", "expect": "e" """;

    [Fact]
    public void Parse_SmallestFile_HasDefaults()
    {
        var scenario = ScenarioFile.Parse(Head + "}", out var errors);
        Assert.Empty(errors);
        Assert.Equal(60, scenario!.TtlSeconds);
    }

    [Theory]
    [InlineData(""", "sped": 3 }""", "sped: not known; allowed: name, chapter, expect, seconds")]
    [InlineData(""", "target": { "edgez": 3 } }""", "target.edgez: not known; allowed: kind, edges")]
    [InlineData(""", "faults": [ { "what": "redis", "kind": "stop" } ] }""", "faults[0].kind: not what belongs there; allowed: pause, kill, cut")]
    [InlineData(""", "keys": { "count": "many" } }""", "keys.count: not what belongs there; allowed: a whole number")]
    [InlineData(""", "seconds": "long" }""", "seconds: not what belongs there; allowed: a number")]
    [InlineData(""", "keys": 3 }""", "keys: not what belongs there; allowed: an object with count, distribution, exponent")]
    [InlineData(""", "reads": { "rate": -1 } }""", "reads.rate: -1 is not allowed; 0.01 to 1000000")]
    [InlineData(""", "target": { "kind": "External" } }""", "target.read")]
    [InlineData(""", "faults": [ { "what": "moon", "kind": "kill" } ] }""", "faults[0].what: moon is not allowed; redis, origin")]
    [InlineData(""", "faults": [ { "what": "redis", "kind": "kill", "atSeconds": 19, "seconds": 9 } ] }""", "faults[0]: ends after the run")]
    [InlineData(""", "faults": [ { "what": "edge-3", "kind": "cut" } ] }""", "faults[0].what: there is no edge-3; target.edges is 2")]
    [InlineData(""", "faults": [ { "what": "redis", "kind": "cut" } ] }""", "faults[0].what: redis cannot be cut; edge-N or resolver")]
    [InlineData(""", "reads": { "steps": [ { "seconds": 5, "rate": 10 } ] } }""", "reads.steps: their seconds add up to 5; they must add up to seconds, 20")]
    [InlineData(""", "gate": { "noViolations": [ "moon" ] } }""", "gate.noViolations: moon is not allowed; session, causal, bound")]
    [InlineData(""", "target": { "kind": "External", "read": [ "http://127.0.0.1:1" ] }, "writes": { "purge": false } }""", "target.originPort: the cache in front must know")]
    [InlineData(""", "feed": true, "keys": { "count": 3 } }""", "feed: a post and its comment are two keys")]
    [InlineData(""", "reads": { "over": "gopher" } }""", "reads.over: not what belongs there; allowed: http, dns, record")]
    [InlineData("", "line 1, byte ")]
    public void Parse_BadFile_NamesFieldAndWhatIsAllowed(string rest, string message)
    {
        Assert.Null(ScenarioFile.Parse(Head + rest, out var errors));
        Assert.Contains(errors, e => e.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_WithoutAName_SaysThatItMustBeGiven()
    {
        Assert.Null(ScenarioFile.Parse("""{ "chapter": "c", "expect": "e" }""", out var errors));
        Assert.Equal("name: it must be given", Assert.Single(errors));
    }

    [Fact]
    public void Parse_SeveralErrors_AllAtOnce()
    {
        ScenarioFile.Parse(Head + """, "seconds": 0, "ttlSeconds": -5, "keys": { "count": 0 } }""", out var errors);
        Assert.Equal(3, errors.Count);
    }
}
