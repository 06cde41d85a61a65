namespace EdgeCache.Load.Arrivals;

/// <summary>How arrivals are spread around the wanted rate.</summary>
public enum ArrivalKind
{
    /// <summary>Independent users: exponential gaps.</summary>
    Poisson,

    /// <summary>Equal gaps.</summary>
    Constant,
}

/// <summary>Due times of an open-loop load: they do not depend on how fast the target answers.</summary>
public static class ArrivalProcess
{
    /// <summary>
    /// Due times from the start, ascending. A changing rate is made by thinning a process at the peak rate (Lewis and Shedler, 1979) for Poisson arrivals,
    /// and by integrating the rate for constant ones.
    /// </summary>
    public static IEnumerable<TimeSpan> Due(RateProfile profile, ArrivalKind kind, Random random) =>
        kind == ArrivalKind.Poisson ? Poisson(profile, random) : Even(profile);

    private static IEnumerable<TimeSpan> Poisson(RateProfile profile, Random random)
    {
        if (profile.Peak <= 0)
        {
            yield break;
        }

        for (var at = 0d; ;)
        {
            at += -Math.Log(1 - random.NextDouble()) / profile.Peak;
            var time = TimeSpan.FromSeconds(at);
            if (time >= profile.Duration)
            {
                yield break;
            }

            if (random.NextDouble() * profile.Peak < profile.At(time))
            {
                yield return time;
            }
        }
    }

    private static IEnumerable<TimeSpan> Even(RateProfile profile)
    {
        // Steps of a millisecond carry the fraction over, so that 1/3 per second gives one arrival in three seconds.
        var step = TimeSpan.FromMilliseconds(1);
        var due = 1d;
        for (var time = TimeSpan.Zero; time < profile.Duration; time += step)
        {
            var share = profile.At(time) * step.TotalSeconds;
            for (; due <= share; due += 1)
            {
                yield return time + (step * (due / Math.Max(share, 1)));
            }

            due -= share;
        }
    }
}
