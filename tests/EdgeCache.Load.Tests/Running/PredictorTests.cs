using EdgeCache.Load.Keys;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Tests.Reports;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

public sealed class PredictorTests
{
    private static readonly Scenario Plain = Example.Scenario with
    {
        Seconds = 60,
        TtlSeconds = 5,
        Keys = new KeyPlan { Count = 10, Distribution = KeyDistribution.Uniform },
        Reads = new ReadPlan { Rate = 100 },
        Writes = new WritePlan { Rate = 2, Purge = false },
    };

    [Fact]
    public void Predict_NoPurges_MeanIsTheClosedFormAndTheBandHoldsIt()
    {
        var predicted = Predictor.Predict(Plain, new UniformKeys(10), 2, [])!;
        Assert.Equal(StaleShare.TtlOnly(0.2, 5, 5), predicted.Share.Mean, 6);
        Assert.InRange(predicted.Share.Mean, predicted.Share.Low, predicted.Share.High);
        Assert.InRange(predicted.Share.High - predicted.Share.Low, 0.01, 0.2);
    }

    [Fact]
    public void Predict_BandOfTheWhole_IsNarrowerThanThatOfAKey()
    {
        var predicted = Predictor.Predict(Plain, new UniformKeys(10), 2, [])!;
        Assert.All(predicted.Keys, k => Assert.True(k.Share.High - k.Share.Low > predicted.Share.High - predicted.Share.Low));
    }

    [Fact]
    public void Predict_QuickerPurges_LessStale()
    {
        var purged = Plain with { Writes = Plain.Writes with { Purge = true } };
        var slow = Predictor.Predict(purged, new UniformKeys(10), 2, [0.5])!;
        var quick = Predictor.Predict(purged, new UniformKeys(10), 2, [0.005])!;
        Assert.True(quick.Share.Mean < slow.Share.Mean / 10);
        Assert.Equal(0.5 * 0.2, slow.Share.Mean, 0.05);
    }

    [Fact]
    public void Predict_LevelOrNothingProbed_IsNotPretended()
    {
        Assert.Null(Predictor.Predict(Plain with { Reads = Plain.Reads with { Consistency = "session" } }, new UniformKeys(10), 2, []));
        Assert.Null(Predictor.Predict(Plain with { Writes = Plain.Writes with { Purge = true } }, new UniformKeys(10), 2, []));
    }
}
