using EdgeCache.Load.Arrivals;
using Xunit;

namespace EdgeCache.Load.Tests.Arrivals;

public sealed class ArrivalProcessTests
{
    [Theory]
    [InlineData(ArrivalKind.Constant, 100, 100)]
    [InlineData(ArrivalKind.Constant, 0.5, 0.5)]
    [InlineData(ArrivalKind.Constant, 0, 200)]
    [InlineData(ArrivalKind.Poisson, 100, 100)]
    [InlineData(ArrivalKind.Poisson, 0, 200)]
    [InlineData(ArrivalKind.Constant, 5_000, 5_000)]
    public void Due_AnyProfile_HasItsMeanAndAscends(ArrivalKind kind, double from, double to)
    {
        var profile = new RateProfile([new RateSegment(TimeSpan.FromSeconds(60), from, to)]);
        var due = ArrivalProcess.Due(profile, kind, new Random(3)).ToArray();

        var expected = (from + to) / 2 * 60;
        Assert.InRange(due.Length, expected - 1 - (kind == ArrivalKind.Poisson ? 4 * Math.Sqrt(expected) : 0), expected + 1 + (kind == ArrivalKind.Poisson ? 4 * Math.Sqrt(expected) : 0));
        Assert.Equal(due.Order(), due);
        Assert.All(due, d => Assert.InRange(d, TimeSpan.Zero, profile.Duration));
    }

    [Fact]
    public void Due_Poisson_GapsSpreadAsExponentialOnesDo()
    {
        var due = ArrivalProcess.Due(RateProfile.Constant(1000, TimeSpan.FromSeconds(60)), ArrivalKind.Poisson, new Random(4)).ToArray();
        var gaps = due.Zip(due.Skip(1), (a, b) => (b - a).TotalSeconds).ToArray();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(g => (g - mean) * (g - mean)));
        Assert.Equal(1, deviation / mean, 0.05);
    }
}
