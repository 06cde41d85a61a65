using System.Globalization;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>How old, in milliseconds, an answer may be, and who says so. A stale answer inside it is allowed, outside it is a violation.</summary>
public sealed record AnnouncedBound(double Milliseconds, string By)
{
    /// <summary>A copy counts from the arrival of the answer that filled it, which carries what was true a little before.</summary>
    public const double SlackMilliseconds = 100;

    /// <summary>The scenario's own figure, else the level asked for, else the TTL.</summary>
    public static AnnouncedBound Of(Scenario scenario)
    {
        if (scenario.AllowedMilliseconds is { } given)
        {
            return new AnnouncedBound(given, "the scenario");
        }

        const string Bounded = "bounded;t=";
        if (scenario.Reads.Consistency is { } level && level.StartsWith(Bounded, StringComparison.Ordinal)
            && double.TryParse(level[Bounded.Length..].Split(';')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return new AnnouncedBound((seconds * 1000) + SlackMilliseconds, $"level {level}");
        }

        return new AnnouncedBound((scenario.TtlSeconds * 1000) + SlackMilliseconds, "the TTL");
    }
}
