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
    [InlineData(""", "sped": 3 }""", "sped")]
    [InlineData(""", "reads": { "rate": -1 } }""", "reads.rate: -1 is not allowed; 0.01 to 1000000")]
    [InlineData(""", "target": { "kind": "External" } }""", "target.read")]
    [InlineData(""", "faults": [ { "what": "moon", "kind": "kill" } ] }""", "faults[0].what: moon is not allowed; redis, origin")]
    [InlineData(""", "faults": [ { "what": "redis", "kind": "kill", "atSeconds": 19, "seconds": 9 } ] }""", "faults[0]: ends after the run")]
    [InlineData("", "")]
    public void Parse_BadFile_NamesFieldAndWhatIsAllowed(string rest, string message)
    {
        Assert.Null(ScenarioFile.Parse(Head + rest, out var errors));
        Assert.Contains(errors, e => e.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_SeveralErrors_AllAtOnce()
    {
        ScenarioFile.Parse(Head + """, "seconds": 0, "ttlSeconds": -5, "keys": { "count": 0 } }""", out var errors);
        Assert.Equal(3, errors.Count);
    }
}
