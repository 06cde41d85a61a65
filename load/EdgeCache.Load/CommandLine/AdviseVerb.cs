using System.CommandLine;
using System.Globalization;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Running;

namespace EdgeCache.Load.CommandLine;

/// <summary><c>edgecache advise</c>: for a budget of stale answers, the longest TTL.</summary>
public static class AdviseVerb
{
    /// <summary>Builds it.</summary>
    public static Command Build()
    {
        var command = new Command(
            "advise",
            """
            For a budget of stale answers, the longest TTL and what it saves upstream. Rates are per key and cache.

            Example: one write in ten minutes, one read a second, today's TTL is 5 s, 1.57 % of answers may be stale:
              edgecache advise --writes 1/600 --reads 1 --budget 1.57% --now 5
            """);
        var writes = Rate("--writes", "Writes per second of a key, such as 0.5 or 1/600");
        var reads = Rate("--reads", "Reads per second of a key at one cache");
        var budget = new Option<string>("--budget") { Description = "Highest share of stale answers", HelpName = "1%", Required = true };
        var now = new Option<double?>("--now") { Description = "Today's TTL in seconds, to compare with", HelpName = "SECONDS" };
        var delay = new Option<string?>("--purge-delay") { Description = "Writes purge, and a purge takes so long", HelpName = "50ms" };
        var loss = new Option<string?>("--purge-loss") { Description = "Share of purges that never arrive (with --purge-delay)", HelpName = "1%" };
        budget.Allow(static t => VerifyCommand.TryParseShare(t, out _), "a share from 0% to 100%");
        loss.Allow(static t => VerifyCommand.TryParseShare(t, out _), "a share from 0% to 100%");
        delay.Allow(static t => VerifyCommand.TryParseDuration(t, out _), "a duration such as 50ms or 2s");
        foreach (var option in new Option[] { writes, reads, budget, now, delay, loss })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            _ = TryParseRate(parsed.GetValue(writes)!, out var w);
            _ = TryParseRate(parsed.GetValue(reads)!, out var r);
            _ = VerifyCommand.TryParseShare(parsed.GetValue(budget)!, out var b);
            var isPurged = VerifyCommand.TryParseDuration(parsed.GetValue(delay) ?? "", out var d);
            var lost = isPurged ? VerifyCommand.TryParseShare(parsed.GetValue(loss) ?? "0", out var l) ? l : 0 : 1;
            Console.WriteLine(Say(w, r, b, d.TotalSeconds, lost, parsed.GetValue(now)));
            return 0;
        });
        return command;
    }

    /// <summary>The advice in words.</summary>
    internal static string Say(double writes, double reads, double budget, double delay, double lost, double? now)
    {
        var advice = TtlAdvisor.Advise(writes, reads, budget, delay, lost);
        var text = string.Create(CultureInfo.InvariantCulture, $"longest TTL {Seconds(advice.TtlSeconds)}: {advice.StaleShare:P2} stale, hit ratio {advice.HitRatio:P1}, {advice.UpstreamPerSecond:G3} upstream requests/s per key");
        if (now is not { } today)
        {
            return text;
        }

        var before = TtlAdvisor.Describe(writes, reads, today, delay, lost);
        return text + string.Create(
            CultureInfo.InvariantCulture,
            $"\ntoday     TTL {Seconds(today)}: {before.StaleShare:P2} stale, hit ratio {before.HitRatio:P1}, {before.UpstreamPerSecond:G3} upstream requests/s per key\nsaves {1 - (advice.UpstreamPerSecond / before.UpstreamPerSecond):P1} of the upstream requests");
    }

    /// <summary>A rate such as <c>0.5</c> or <c>1/600</c>.</summary>
    internal static bool TryParseRate(string text, out double rate)
    {
        var parts = text.Split('/');
        var divisor = 1d;
        var good = double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out rate)
            && (parts.Length == 1 || (parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out divisor) && divisor > 0));
        rate /= divisor;
        return good && double.IsFinite(rate) && rate >= 0;
    }

    private static string Seconds(double seconds) =>
        seconds >= TtlAdvisor.LongestTtl ? "1 week (the longest)" : string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");

    private static Option<string> Rate(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "N or N/SECONDS", Required = true };
        option.Allow(t => TryParseRate(t, out _), "0 or more per second, such as 0.5 or 1/600");
        return option;
    }
}
