using System.Text;
using CsCheck;
using EdgeCache.Http.Routes;
using Xunit;

namespace EdgeCache.Http.Tests.Routes;

public sealed class TargetNormaliserTests
{
    [Theory]
    [InlineData("Shop.Test", "/a", "shop.test/a")]
    [InlineData("shop.test.", "/a", "shop.test/a")]
    [InlineData("shop.test:80", "/a", "shop.test/a")]
    [InlineData("shop.test:", "/a", "shop.test/a")]
    [InlineData("shop.test:0080", "/a", "shop.test/a")]
    [InlineData("shop.test:8080", "/a", "shop.test:8080/a")]
    [InlineData("[::1]:80", "/a", "[::1]/a")]
    [InlineData("[2001:DB8::1]:81", "/a", "[2001:db8::1]:81/a")]
    [InlineData("h", "", "h/")]
    [InlineData("h", "?q", "h/?q")]
    [InlineData("h", "/a?", "h/a?")]
    [InlineData("h", "http://Other:80/x?y", "other/x?y")]
    [InlineData("h", "http://other", "other/")]
    [InlineData("h", "http://other?q=/", "other/?q=/")]
    [InlineData("h", "/%41%7e%2D%5f%2e", "h/A~-_.")]
    [InlineData("h", "/a%2fb%3f%25%5c", "h/a%2Fb%3F%25%5C")]
    [InlineData("h", "/a\\b", "h/a%5Cb")]
    [InlineData("h", "/a\"<>^`{|}", "h/a%22%3C%3E%5E%60%7B%7C%7D")]
    [InlineData("h", "/é", "h/%C3%A9")]
    [InlineData("h", "/😀", "h/%F0%9F%98%80")]
    [InlineData("h", "/a/./b", "h/a/b")]
    [InlineData("h", "/a/../b", "h/b")]
    [InlineData("h", "/a/%2e%2E/b", "h/b")]
    [InlineData("h", "/a/..", "h/")]
    [InlineData("h", "/a/.", "h/a/")]
    [InlineData("h", "/..", "h/")]
    [InlineData("h", "/../../a", "h/a")]
    [InlineData("h", "/a//b", "h/a//b")]
    [InlineData("h", "//a", "h//a")]
    [InlineData("h", "/a//../b", "h/a/b")]
    [InlineData("h", "/a/b%2fc;x/d", "h/a/b%2Fc;x/d")]
    [InlineData("h", "/a..b/.c/..d", "h/a..b/.c/..d")]
    [InlineData("h", "/a;x=1/b,c", "h/a;x=1/b,c")]
    [InlineData("h", "/a?x=%41&y=../..;z", "h/a?x=%41&y=../..;z")]
    [InlineData("h", "/a?ü", "h/a?%C3%BC")]
    public void TryNormalise_Target_HasOneSpelling(string host, string target, string expected) => Assert.Equal(expected, Normalise(host, target));

    [Theory]
    [InlineData("", "/a", "missing-host")]
    [InlineData("a b", "/a", "malformed-host")]
    [InlineData("a/b", "/a", "malformed-host")]
    [InlineData("user@h", "/a", "malformed-host")]
    [InlineData("h:x", "/a", "malformed-host")]
    [InlineData(".h", "/a", "malformed-host")]
    [InlineData(".", "/a", "malformed-host")]
    [InlineData("a..h", "/a", "malformed-host")]
    [InlineData("h..", "/a", "malformed-host")]
    [InlineData("h:99999", "/a", "malformed-host")]
    [InlineData("h:-1", "/a", "malformed-host")]
    [InlineData("[::1", "/a", "malformed-host")]
    [InlineData("[]", "/a", "malformed-host")]
    [InlineData("h", "http://u@h/", "malformed-host")]
    [InlineData("h", "/%", "malformed-path")]
    [InlineData("h", "/%4", "malformed-path")]
    [InlineData("h", "/%zz", "malformed-path")]
    [InlineData("h", "/a%00.css", "malformed-path")]
    [InlineData("h", "/a\u0001", "malformed-path")]
    [InlineData("h", "/a b", "malformed-path")]
    [InlineData("h", "/static/..%2fadmin", "malformed-path")]
    [InlineData("h", "/static/%2e%2e%5cadmin", "malformed-path")]
    [InlineData("h", "/static/..\\admin", "malformed-path")]
    [InlineData("h", "/static%2f..", "malformed-path")]
    [InlineData("h", "/static/..;/admin", "malformed-path")]
    [InlineData("h", "/static/..;a=b", "malformed-path")]
    [InlineData("h", "/static/.%3bx/admin", "malformed-path")]
    [InlineData("h", "/a#b", "malformed-path")]
    [InlineData("h", "/a?b c", "malformed-query")]
    [InlineData("h", "/a?b#c", "malformed-query")]
    public void TryNormalise_WhatReadsTwoWays_IsRefused(string host, string target, string problem) => Assert.Equal(problem, Normalise(host, target));

    [Fact]
    public void TryNormalise_HalfACharacter_IsRefused() => Assert.Equal("malformed-path", Normalise("h", "/" + (char)0xD800));

    [Fact]
    public void TryNormalise_LongTarget_IsRefused() => Assert.Equal("target-too-long", Normalise("h", "/" + new string('a', RequestTarget.MaxBytes)));

    [Fact]
    public void TryNormalise_Parts_AreFoundAgain()
    {
        Assert.Equal(TargetProblem.None, TargetNormaliser.TryNormalise(true, "H:443", "/a/b?c", new byte[RequestTarget.MaxBytes], out var target));

        Assert.Equal("h", Encoding.ASCII.GetString(target.Host));
        Assert.Equal("/a/b", Encoding.ASCII.GetString(target.Path));
        Assert.Equal("?c", Encoding.ASCII.GetString(target.Query));
        Assert.Equal("h/a/b", Encoding.ASCII.GetString(target.HostAndPath));
        Assert.Equal("/a/b?c", Encoding.ASCII.GetString(target.PathAndQuery));
    }

    [Fact]
    public void TryNormalise_NormalTarget_StaysAsItIs() => Gen.String[Gen.Char["/.%2eEfF5Cab?&=;\\é~"], 0, 30].Sample(text =>
    {
        var once = Normalise("h", "/" + text);
        return once.StartsWith("malformed", StringComparison.Ordinal) || Normalise("h", once[1..]) == once;
    });

    [Fact]
    public void TryNormalise_AnyPath_KeepsNoDotSegment() => Gen.String[Gen.Char["/.%2eE"], 0, 30].Sample(text =>
    {
        var path = Normalise("h", "/" + text);
        return path.StartsWith("malformed", StringComparison.Ordinal) || !path.Split('/').Any(s => s is "." or "..");
    });

    private static string Normalise(string host, string target)
    {
        var problem = TargetNormaliser.TryNormalise(false, host, target, new byte[RequestTarget.MaxBytes], out var normal);
        return problem == TargetProblem.None ? Encoding.ASCII.GetString(normal.Text) : problem.Text();
    }
}
