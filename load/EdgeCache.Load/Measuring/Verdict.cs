namespace EdgeCache.Load.Measuring;

/// <summary>How fresh an answer was.</summary>
public enum Freshness
{
    /// <summary>No newer version had been acknowledged when the answer came.</summary>
    Fresh,

    /// <summary>A newer version was acknowledged between sending and answer: in no rate.</summary>
    Undecided,

    /// <summary>A newer version had been acknowledged before the request was sent.</summary>
    Stale,

    /// <summary>The answer carried no version, or one that was never written.</summary>
    Unknown,
}

/// <summary>The judgement of one answer: versions behind, and ticks since the first newer version was acknowledged, at the time of sending.</summary>
public readonly record struct Verdict(Freshness Freshness, long VersionsBehind, long StaleTicks);
