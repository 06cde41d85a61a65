using System.Text;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Tests.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Routes;

public sealed class RouteTableTests
{
    private const string Rules = """
        {
          // The first route that covers a request decides.
          "routes": [
            { "name": "preview", "match": { "headers": { "X-Preview": "*", "X-Kind": "full" } }, "bypass": true },
            { "name": "admin", "match": { "paths": ["/admin", "/admin/**"], "scheme": "https" }, "bypass": true },
            { "name": "images", "match": { "hosts": ["*.img.test", "img.test"], "methods": ["GET", "HEAD"], "paths": ["/*.png"] }, "ttl": "5m",
              "statusTtl": { "404": 10, "5xx": "1s" }, "tags": ["images"], "staleWhileRevalidate": "30s", "staleIfError": "1h",
              "authority": "log", "invalidate": "local", "requestDirectives": false, "heuristics": false,
              "key": { "scheme": false, "query": { "exclude": ["utm_*"], "sort": true }, "headers": ["X-Country"], "cookies": ["lang"] } },
          ],
        }
        """;

    [Theory]
    [InlineData("GET", true, "shop.test", "/admin", "admin")]
    [InlineData("GET", true, "shop.test", "/admin/a/b", "admin")]
    [InlineData("GET", false, "shop.test", "/admin/a/b", "standard")]
    [InlineData("GET", true, "shop.test", "/administrator", "standard")]
    [InlineData("GET", true, "shop.test", "/x/%2e%2e/%61dmin/a", "admin")]
    [InlineData("GET", false, "img.test", "/a.png", "images")]
    [InlineData("HEAD", false, "A.IMG.test:80", "/a.png", "images")]
    [InlineData("POST", false, "img.test", "/a.png", "standard")]
    [InlineData("GET", false, "ximg.test", "/a.png", "standard")]
    [InlineData("GET", false, "img.test", "/b/a.png", "standard")]
    [InlineData("GET", false, "img.test", "/a.PNG", "standard")]
    public void Find_Request_TakesTheFirstRouteThatCoversIt(string method, bool https, string host, string path, string expected) =>
        Assert.Equal(expected, Find(method, https, host, path).Name);

    [Fact]
    public void Find_HeaderConditions_MustAllHold()
    {
        Assert.Equal("preview", Find("GET", false, "h", "/", "X-Preview: anything", "X-Kind: full").Name);
        Assert.Equal("standard", Find("GET", false, "h", "/", "X-Preview: anything", "X-Kind: half").Name);
        Assert.Equal("standard", Find("GET", false, "h", "/", "X-Kind: full").Name);
    }

    [Fact]
    public void Find_Rule_HasWhatTheFileSays()
    {
        var rule = Find("GET", false, "img.test", "/a.png");

        Assert.Equal(300u, rule.PolicyFor(200).ForcedTtl);
        Assert.Equal(10u, rule.PolicyFor(404).ForcedTtl);
        Assert.Equal(1u, rule.PolicyFor(503).ForcedTtl);
        Assert.Equal((30u, 3600u, true), (rule.Freshness.StaleWhileRevalidate, rule.Freshness.StaleIfError, rule.Freshness.NoHeuristics));
        Assert.Equal((Authority.Log, InvalidationReach.Local, true), (rule.Authority, rule.Invalidate, rule.IgnoresRequestDirectives));
        Assert.Equal(["images"], rule.Tags);
        Assert.Equal(["x-country"], rule.Key.Headers);
        Assert.Equal((QueryMode.Exclude, true, false, true), (rule.Key.Query, rule.Key.SortsQuery, rule.Key.Scheme, rule.Key.Host));
    }

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/*", "/a", true)]
    [InlineData("/*", "/a/b", false)]
    [InlineData("/a/*/c", "/a/b/c", true)]
    [InlineData("/a/*/c", "/a/b/b/c", false)]
    [InlineData("/a/**/c", "/a/b/b/c", true)]
    [InlineData("/**.css", "/x/y.css", true)]
    [InlineData("/**.css", "/x/y.css/z", false)]
    [InlineData("/a*b*c", "/axxbyybzc", true)]
    [InlineData("/a*b*c", "/axxbyybz", false)]
    public void Matches_Pattern_CoversThePath(string pattern, string path, bool matches) => Assert.Equal(matches, PathPattern.Matches(pattern, Encoding.ASCII.GetBytes(path)));

    [Fact]
    public void Replace_BadFile_ReportsAllErrorsAndKeepsTheGoodTable()
    {
        var rules = new RouteRules();
        Assert.Empty(rules.Replace("rules.json", Encoding.UTF8.GetBytes(Rules)));
        var good = rules.Table;

        var errors = rules.Replace("rules.json", """
            { "routes": [
                { "ttl": "5 minutes", "authority": "someone", "colour": "red", "statusTtl": { "99": 1 }, "bypass": "yes" },
                { "match": { "paths": ["admin"], "hosts": ["Shop.Test"], "methods": "GET", "scheme": "ftp" }, "tags": ["a,b"],
                  "key": { "query": { "include": ["a"], "exclude": ["b"] } } }
            ] }
            """u8);

        Assert.Same(good, rules.Table);
        Assert.Equal(
            [
                "routes[0].colour", "routes[0].bypass", "routes[0].ttl", "routes[0].statusTtl.99", "routes[0].authority", "routes[1].tags[0]", "routes[1].key.query",
                "routes[1].match.methods", "routes[1].match.scheme", "routes[1].match.hosts[0]", "routes[1].match.paths[0]",
            ],
            errors.Select(e => e.Path));
        Assert.Equal("rules.json:routes[0].authority: \"someone\"; allowed: origin, log", errors[4].ToString());
        Assert.All(errors, e => Assert.NotEmpty(e.Allowed));
    }

    [Theory]
    [InlineData("{ \"routes\": [ }", "rules.json:line 1, byte 15: not JSON; allowed: a JSON object with \"routes\"")]
    [InlineData("[]", "rules.json:$: is a list; allowed: an object")]
    [InlineData("{ \"routes\": 1 }", "rules.json:routes: is a number; allowed: a list of at most 1000")]
    [InlineData("{ \"Routes\": [] }", "rules.json:Routes: unknown key; allowed: routes")]
    [InlineData("{ \"routes\": [ { \"name\": \"a\" }, { \"name\": \"b\" }, { \"name\": \"a\" } ] }", "rules.json:routes[2]: another route is named \"a\"; allowed: a name of its own: explain shows it")]
    [InlineData("{ \"routes\": [ { \"name\": \"route-2\" }, {} ] }", "rules.json:routes[1]: another route is named \"route-2\"; allowed: a name of its own: explain shows it")]
    [InlineData("{ \"routes\": [ { \"ttl\": \"1m\", \"ttl\": \"2m\" } ] }", "rules.json:routes[0].ttl: stands here twice; allowed: each key once")]
    [InlineData("", "rules.json:line 1, byte 1: not JSON; allowed: a JSON object with \"routes\"")]
    public void Read_Broken_SaysWhere(string json, string expected) =>
        Assert.Equal(expected, Assert.Single(RouteReader.Read("rules.json", Encoding.UTF8.GetBytes(json), out _)).ToString());

    private static CacheRule Find(string method, bool https, string host, string path, params string[] headers)
    {
        Assert.Empty(RouteReader.Read("rules.json", Encoding.UTF8.GetBytes(Rules), out var table));
        Assert.Equal(TargetProblem.None, TargetNormaliser.TryNormalise(https, host, path, new byte[RequestTarget.MaxBytes], out var target));
        return table.Find(method, https, in target, new LineSource(headers));
    }
}
