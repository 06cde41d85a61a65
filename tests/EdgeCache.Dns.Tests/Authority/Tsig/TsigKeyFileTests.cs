using EdgeCache.Dns.Authority.Tsig;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Tsig;

public sealed class TsigKeyFileTests
{
    [Fact]
    public void Parse_WhatTsigKeygenPrints_GivesTheKeys()
    {
        IReadOnlyList<TsigKey> keys = TsigKeyFile.Parse(
            "# ours\nkey \"transfer\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2Vj//cmV0//\";\n};\n// theirs\nkey other. { algorithm \"HMAC-SHA256\"; secret YWJjZA==; };\n", out string? reason);
        Assert.Null(reason);
        Assert.Equal(["transfer.", "other."], keys.Select(static k => k.ToString()));
        Assert.Equal(9, keys[0].Secret.Length);
    }

    [Theory]
    [InlineData("", "no key")]
    [InlineData("key a { algorithm hmac-md5; secret \"YWJj\"; };", "not hmac-sha256")]
    [InlineData("key a { algorithm hmac-sha256; secret \"====\"; };", "malformed")]
    [InlineData("key a { algorithm hmac-sha256; secret \"YWJj\"; };\nzone \"x\" { };", "no key clause")]
    [InlineData("zone \"x\" { };\nkey a { algorithm hmac-sha256; secret \"YWJj\"; };", "no key clause")]
    [InlineData("key a { algorithm hmac-sha256; secret \"YWJj\"; }", "no key clause")]
    public void Parse_AnythingElse_GivesNone_AndSaysWhy(string text, string expected)
    {
        Assert.Empty(TsigKeyFile.Parse(text, out string? reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.DoesNotContain("YWJj", reason!, StringComparison.Ordinal);
    }
}
