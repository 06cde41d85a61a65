using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

/// <summary>The vectors of RFC 9018, appendix A.</summary>
public sealed class ServerCookieTests
{
    private static readonly byte[] Key = Convert.FromHexString("e5e973e5a6b2a43f48e7dc849e37bfcf");
    private static readonly byte[] Address = [198, 51, 100, 100];

    [Fact]
    public void Make_LearningANewCookie_IsAppendixA1()
    {
        byte[] cookie = new byte[16];
        ServerCookie.Make(Key, Convert.FromHexString("2464c4abcf10c957"), Address, 1_559_731_985, cookie);
        Assert.Equal("010000005CF79F111F8130C3EEE29480", Convert.ToHexString(cookie));
    }

    [Fact]
    public void Make_SameClientLater_IsAppendixA2()
    {
        byte[] cookie = new byte[16];
        ServerCookie.Make(Key, Convert.FromHexString("2464c4abcf10c957"), Address, 1_559_734_385, cookie);
        Assert.Equal("010000005CF7A871D4A564A1442ACA77", Convert.ToHexString(cookie));
    }

    [Fact]
    public void IsValid_AgeAddressAndOctets_AllCount()
    {
        byte[] option = [1, 2, 3, 4, 5, 6, 7, 8, .. new byte[16]];
        ServerCookie.Make(Key, option, Address, 1_000_000, option.AsSpan(8));
        Assert.True(ServerCookie.IsValid(Key, option, Address, 1_000_000));
        Assert.True(ServerCookie.IsValid(Key, option, Address, 1_003_600));
        Assert.False(ServerCookie.IsValid(Key, option, Address, 1_003_601));
        Assert.True(ServerCookie.IsValid(Key, option, Address, 999_700));
        Assert.False(ServerCookie.IsValid(Key, option, Address, 999_699));
        Assert.False(ServerCookie.IsValid(Key, option, new byte[] { 198, 51, 100, 101 }, 1_000_000));
        Assert.False(ServerCookie.IsValid(Key, option.AsSpan(0, 8), Address, 1_000_000));
        option[0] ^= 1;
        Assert.False(ServerCookie.IsValid(Key, option, Address, 1_000_000));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void IsWellFormed_Lengths(int length, bool expected) => Assert.Equal(expected, ServerCookie.IsWellFormed(new byte[length]));
}
