using EdgeCache.Http.Routes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.Routes;

public sealed class RouteFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"rules-{Guid.NewGuid():N}.json");
    private readonly RouteRules _rules = new();
    private int _writes;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Refresh_ChangedFile_IsTakenOnce()
    {
        using var file = Make();
        Write("one");
        Assert.Empty(file.Refresh());
        var table = _rules.Table;

        Assert.Empty(file.Refresh());
        Assert.Same(table, _rules.Table);

        Write("two");
        Assert.Empty(file.Refresh());
        Assert.Equal("two", _rules.Table.Routes[0].Rule.Name);
    }

    [Fact]
    public void Refresh_BadOrMissingFile_LeavesTheRulesInForce()
    {
        using var file = Make();
        Write("one");
        file.Refresh();

        WriteText("{ \"routes\": [ { \"nmae\": 1 } ] }");
        Assert.Contains(_path, Assert.Single(file.Refresh()).ToString(), StringComparison.Ordinal);
        Assert.Equal("one", _rules.Table.Routes[0].Rule.Name);

        File.Delete(_path);
        Assert.Equal("no such file", Assert.Single(file.Refresh()).What);
        Assert.Equal("one", _rules.Table.Routes[0].Rule.Name);

        Write("three");
        Assert.Empty(file.Refresh());
        Assert.Equal("three", _rules.Table.Routes[0].Rule.Name);
    }

    [Theory]
    [InlineData("\u00ff")]
    [InlineData("\\ud800")]
    public void Refresh_TextThatIsNoUnicode_LeavesTheRulesInForce(string name)
    {
        using var file = Make();
        Write("one");
        file.Refresh();

        File.WriteAllBytes(_path, System.Text.Encoding.Latin1.GetBytes($$$"""{"routes":[{"name":"a","match":{"paths":["/{{{name}}}"]}}]}"""));
        Assert.Equal("holds text that is no Unicode", Assert.Single(file.Refresh()).What);
        Assert.Equal("one", _rules.Table.Routes[0].Rule.Name);
    }

    [Fact]
    public async Task Run_RunningHost_PicksUpAChangeAtTheInterval()
    {
        var time = new FakeTimeProvider();
        using var file = new RouteFile(_path, _rules, time, NullLogger<RouteFile>.Instance);
        Write("one");
        await file.StartAsync(TestContext.Current.CancellationToken);

        while (_rules.Table.Routes.IsEmpty)
        {
            time.Advance(RouteFile.Interval);
            await Task.Yield();
        }

        await file.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal("one", _rules.Table.Routes[0].Rule.Name);
    }

    private RouteFile Make() => new(_path, _rules, TimeProvider.System, NullLogger<RouteFile>.Instance);

    private void Write(string name) => WriteText($"{{ \"routes\": [ {{ \"name\": \"{name}\", \"bypass\": true }} ] }}");

    private void WriteText(string text)
    {
        File.WriteAllText(_path, text);
        File.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch.AddSeconds(++_writes));
    }
}
