using System.Net;
using EdgeCache.Client;
using Xunit;

namespace EdgeCache.Client.Tests;

/// <summary>A session forgets no write, in whatever order answers come.</summary>
public sealed class EdgeSessionTests
{
    [Fact]
    public void Learn_OfOverlappingAnswers_KeepsBothUntilOneCoversThem()
    {
        var session = new EdgeSession();
        session.Learn(null, "a");
        session.Learn(null, "b");
        Assert.Equal("a, b", session.Header);
        session.Learn("a, b", "c");
        Assert.Equal("c", session.Header);
    }

    [Fact]
    public void Learn_OfNothing_KeepsWhatItKnows()
    {
        var session = new EdgeSession("a");
        session.Learn("a", null);
        session.Learn("a", " , ");
        Assert.Equal("a", session.Header);
    }

    [Fact]
    public void Learn_OfMoreThanTheLimit_ForgetsTheOldest()
    {
        var session = new EdgeSession();
        for (var i = 0; i <= EdgeSession.MaxTokens; i++)
        {
            session.Learn(null, $"t{i}");
        }

        Assert.Equal("t1, t2, t3, t4", session.Header);
    }

    [Fact]
    public async Task Handler_AfterAWrite_SendsTheTokenAndAsksForTheSession()
    {
        var edge = new RecordingHandler((_, n) => new HttpResponseMessage(HttpStatusCode.OK) { Headers = { { "Edge-Session", $"t{n}" } } });
        using var http = new HttpClient(new SessionTokenHandler(edge));
        using var first = await http.PostAsync("http://edge.test/cart", null, TestContext.Current.CancellationToken);
        using var second = await http.GetAsync("http://edge.test/cart", TestContext.Current.CancellationToken);
        Assert.Null(edge.Header(0, "Edge-Session"));
        Assert.Null(edge.Header(0, "Edge-Consistency"));
        Assert.Equal("t0", edge.Header(1, "Edge-Session"));
        Assert.Equal("session", edge.Header(1, "Edge-Consistency"));
    }

    [Fact]
    public async Task Handler_WithALevelOfTheCallers_LeavesIt()
    {
        var edge = new RecordingHandler((_, _) => new HttpResponseMessage(HttpStatusCode.OK));
        using var http = new HttpClient(new SessionTokenHandler(new EdgeSession("t")) { InnerHandler = edge });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://edge.test/") { Headers = { { "Edge-Consistency", "bounded;t=2" } } };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("bounded;t=2", edge.Header(0, "Edge-Consistency"));
    }
}
