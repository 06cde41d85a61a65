using System.Text;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Tests.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Routes;

public sealed class CacheKeyTests
{
    private static readonly KeyParts Sorted = new() { SortsQuery = true };
    private static readonly KeyParts Include = new() { Query = QueryMode.Include, QueryNames = ["a", "b*"] };
    private static readonly KeyParts Exclude = new() { Query = QueryMode.Exclude, QueryNames = ["utm_*", "x"] };

    public static TheoryData<string, string, string> Keys => new()
    {
        { "standard", "/p?b=1&a=2", "h/p?b=1&a=2\nhttp" },
        { "standard", "/p?", "h/p?\nhttp" },
        { "sorted", "/p?b=1&a=2&b=0&&a", "h/p?a=2&a&b=1&b=0\nhttp" },
        { "include", "/p?c=1&a=2&bb=3&A=4&%61=5", "h/p?a=2&bb=3\nhttp" },
        { "include", "/p?c=1", "h/p\nhttp" },
        { "exclude", "/p?utm_source=1&a=2&x=3&xx=4&utm", "h/p?a=2&xx=4&utm\nhttp" },
        { "exclude", "/p?utm_a=1;cb=evil&%75tm_b=2", "h/p?%75tm_b=2\nhttp" },
        { "no-host", "/p?q", "*/p?q\nhttp" },
        { "no-path", "/p?q", "h/*?q\nhttp" },
        { "no-scheme", "/p", "h/p\n*" },
        { "headers", "/p", "h/p\nhttp\nh:x-country=CH,\nh:x-none\nc:lang=de;=fr;" },
        { "method", "/p", "h/p\nhttp\nm:SEARCH" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void TryWrite_Parts_MakeTheKey(string parts, string target, string expected) =>
        Assert.Equal(expected, Write(target, Parts(parts), parts == "method" ? "SEARCH" : "GET"));

    [Fact]
    public void TryWrite_HeadAndGet_ShareAKey() => Assert.Equal(Write("/p", Parts("method"), "GET"), Write("/p", Parts("method"), "HEAD"));

    [Theory]
    [InlineData("exclude", "/p?utm_a=1&a=2", "/p?a=2")]
    [InlineData("sorted", "/p?b&a", "/p?a&b")]
    [InlineData("standard", "/p?b&a", "/p?b&a")]
    public void TryWriteUpstream_Query_IsTheOneOfTheKey(string parts, string target, string expected)
    {
        TargetNormaliser.TryNormalise(false, "h", target, new byte[RequestTarget.MaxBytes], out var normal);
        var buffer = new byte[RequestTarget.MaxBytes];

        Assert.True(CacheKey.TryWriteUpstream(in normal, Parts(parts), buffer, out var written));
        Assert.Equal(expected, Encoding.ASCII.GetString(buffer, 0, written));
    }

    [Fact]
    public void TryWrite_TooLong_IsRefused()
    {
        TargetNormaliser.TryNormalise(false, "h", "/p", new byte[RequestTarget.MaxBytes], out var normal);
        var source = new LineSource("X-Country: " + new string('x', CacheKey.MaxBytes));

        Assert.False(CacheKey.TryWrite(in normal, false, "GET", Parts("headers"), source, new byte[CacheKey.MaxBytes], out _));
    }

    [Fact]
    public void TryWrite_StandardKey_DoesNotAllocate()
    {
        var target = new byte[RequestTarget.MaxBytes];
        var key = new byte[CacheKey.MaxBytes];
        var source = new LineSource();
        Measure();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Measure();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Measure()
        {
            TargetNormaliser.TryNormalise(false, "Shop.test:80", "/a/%41/../b?utm_x=1&y=2", target, out var normal);
            CacheKey.TryWrite(in normal, false, "GET", Exclude, source, key, out _);
        }
    }

    [Theory]
    [InlineData("lang = de")]
    [InlineData("LANG=de")]
    [InlineData("a=1, lang=de")]
    [InlineData("a=\"1,lang=de\"")]
    [InlineData("lang")]
    [InlineData("xlang=1,lang =de")]
    public void Cookie_ThatOneParserFindsAndAnotherDoesNot_HasAKeyOfItsOwn(string cookie)
    {
        var keys = new[] { cookie, "other=1", "lang=de" }.Select(c => Write("/a", new() { Cookies = ["lang"] }, "GET", $"Cookie: {c}"));

        Assert.Equal(3, keys.Distinct().Count());
    }

    [Theory]
    [InlineData("xlang=de")]
    [InlineData("lang-x=de")]
    [InlineData("a=lang1")]
    public void Cookie_ThatNobodyTakesForTheOne_IsNotInTheKey(string cookie) =>
        Assert.Equal(Write("/a", new() { Cookies = ["lang"] }, "GET", "Cookie: other=1"), Write("/a", new() { Cookies = ["lang"] }, "GET", $"Cookie: {cookie}"));

    private static string Write(string target, KeyParts parts, string method) => Write(target, parts, method, "X-Country: CH", "Cookie: a=1; lang=de;lang=fr; xlang=no");

    private static string Write(string target, KeyParts parts, string method, params string[] lines)
    {
        Assert.Equal(TargetProblem.None, TargetNormaliser.TryNormalise(false, "h", target, new byte[RequestTarget.MaxBytes], out var normal));
        var buffer = new byte[CacheKey.MaxBytes];
        var source = new LineSource(lines);
        Assert.True(CacheKey.TryWrite(in normal, false, method, parts, source, buffer, out var written));
        return Encoding.UTF8.GetString(buffer, 0, written);
    }

    private static KeyParts Parts(string name) => name switch
    {
        "sorted" => Sorted,
        "include" => Include,
        "exclude" => Exclude,
        "no-host" => new() { Host = false },
        "no-path" => new() { Path = false },
        "no-scheme" => new() { Scheme = false },
        "headers" => new() { Headers = ["x-country", "x-none"], Cookies = ["lang"] },
        "method" => new() { Method = true },
        _ => KeyParts.Standard,
    };
}
