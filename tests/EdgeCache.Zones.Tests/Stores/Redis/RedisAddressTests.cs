using EdgeCache.Zones.Stores.Redis;
using Xunit;

namespace EdgeCache.Zones.Tests.Stores.Redis;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:6380", "127.0.0.1", 6380, false, null)]
    [InlineData("redis.shop.example:6379", "redis.shop.example", 6379, false, null)]
    [InlineData("[::1]:6379", "::1", 6379, false, null)]
    [InlineData("redis://cache", "cache", 6379, false, null)]
    [InlineData("rediss://app@cache:7000", "cache", 7000, true, "app")]
    [InlineData("rediss://a%40b@cache/", "cache", 6379, true, "a@b")]
    public void TryParse_AnAddress_IsTaken(string text, string host, int port, bool tls, string? user)
    {
        Assert.True(RedisAddress.TryParse(text, out var address, out _));
        Assert.Equal((host, port, tls, user), (address.Host, address.Port, address.UsesTls, address.User));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cache")]
    [InlineData("cache:0")]
    [InlineData("cache:70000")]
    [InlineData("cache:6379,ssl=true")]
    [InlineData("app@cache:6379")]
    [InlineData("http://cache:6379")]
    [InlineData("redis://cache:6379/1")]
    [InlineData("redis://")]
    public void TryParse_AnythingElse_IsNone(string? text) => Assert.False(RedisAddress.TryParse(text, out _, out _));

    [Fact]
    public void TryParse_WithAPassword_IsRefusedWithoutRepeatingIt()
    {
        Assert.False(RedisAddress.TryParse("rediss://app:secret@cache:6379", out _, out var error));
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.Contains("password", error, StringComparison.Ordinal);
    }
}
