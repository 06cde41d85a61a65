using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Zones.Tests.Log;

public sealed class SoaSerialTests
{
    private const long Now = 2_000_000_000_000;
    private const uint NowSeconds = 2_000_000_000;

    [Theory]
    [InlineData(0u, NowSeconds)] // nothing known
    [InlineData(NowSeconds - 1_000_000, NowSeconds)]
    [InlineData(NowSeconds, NowSeconds + SoaSerial.MayBeLost)]
    [InlineData(NowSeconds - 1, NowSeconds - 1 + SoaSerial.MayBeLost)]
    public void Seed_NewEpoch_IsLaterThanAllThatMayHaveBeenGivenOut(uint lastKnown, uint expected)
    {
        var seed = SoaSerial.Seed(Now, lastKnown);
        Assert.Equal(expected, seed);
        Assert.True(lastKnown == 0 || SoaSerial.IsLater(seed, lastKnown + SoaSerial.MayBeLost - 1));
    }

    [Theory]
    [InlineData(0u, 0u, 0u)]
    [InlineData(0u, 5u, 5u)]
    [InlineData(5u, 0u, 5u)]
    [InlineData(5u, 6u, 6u)]
    [InlineData(uint.MaxValue, 2u, 2u)]
    public void Later_TwoSerials_IsTheLaterBySerialArithmetic(uint one, uint other, uint expected) => Assert.Equal(expected, SoaSerial.Later(one, other));
}
