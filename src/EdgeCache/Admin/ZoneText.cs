using System.Diagnostics.CodeAnalysis;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Admin;

/// <summary>A zone's policy as JSON and back.</summary>
internal static class ZoneText
{
    private const int MaxHosts = 1_000;
    private const int MaxHostLength = 255;
    private const int MaxTypes = 100;

    private static readonly (ConflictRule Rule, string Word)[] Rules =
        [(ConflictRule.LastWriteWins, "lww"), (ConflictRule.Reject, "reject"), (ConflictRule.Siblings, "siblings"), (ConflictRule.Crdt, "crdt")];

    public static ZoneDocument ToDocument(ZoneDefinition definition, Position? position)
    {
        var policy = definition.Policy;
        return new ZoneDocument
        {
            Zone = definition.Zone.Value,
            Hosts = policy.Hosts,
            Conflict = Word(policy.Conflict),
            ConflictByType = policy.ConflictByType.Count == 0 ? null : policy.ConflictByType.ToDictionary(c => c.Key, c => Word(c.Value)),
            TombstoneGraceSeconds = (long)policy.TombstoneGrace.TotalSeconds,
            HistoryLength = policy.HistoryLength,
            Authority = policy.Authority == RouteAuthority.Log ? "log" : "origin",
            Resolver = policy.Resolver == ResolverMode.Push ? "push" : "ttl",
            MaxLagMilliseconds = (long)policy.MaxLag.TotalMilliseconds,
            DegradedTtlMilliseconds = (long)policy.DegradedTtl.TotalMilliseconds,
            RetentionSeconds = (long)policy.RetentionTime.TotalSeconds,
            RetentionEntries = policy.RetentionEntries,
            ReplicationDelayMilliseconds = policy.ReplicationDelay == TimeSpan.Zero ? null : (long)policy.ReplicationDelay.TotalMilliseconds,
            HomeRegion = policy.HomeRegion.Length == 0 ? null : policy.HomeRegion,
            Position = position?.ToString(),
        };
    }

    public static bool TryPolicy(
        ZoneDocument document, ZonePolicy start, out ZonePolicy policy, [NotNullWhen(false)] out string? what, [NotNullWhen(false)] out string? allowed)
    {
        policy = start;
        (what, allowed) = Fault(document);
        if (what is not null)
        {
            allowed ??= "";
            return false;
        }

        policy = start with
        {
            Hosts = document.Hosts is { } hosts ? [.. hosts.Select(h => h.ToLowerInvariant()).Distinct()] : start.Hosts,
            Conflict = document.Conflict is { } word ? RuleOf(word) : start.Conflict,
            ConflictByType = document.ConflictByType is { } types ? types.ToDictionary(t => t.Key.ToUpperInvariant(), t => RuleOf(t.Value)) : start.ConflictByType,
            TombstoneGrace = document.TombstoneGraceSeconds is { } grace ? TimeSpan.FromSeconds(grace) : start.TombstoneGrace,
            HistoryLength = document.HistoryLength ?? start.HistoryLength,
            Authority = document.Authority switch { "log" => RouteAuthority.Log, "origin" => RouteAuthority.Origin, _ => start.Authority },
            Resolver = document.Resolver switch { "ttl" => ResolverMode.Ttl, "push" => ResolverMode.Push, _ => start.Resolver },
            MaxLag = document.MaxLagMilliseconds is { } lag ? TimeSpan.FromMilliseconds(lag) : start.MaxLag,
            DegradedTtl = document.DegradedTtlMilliseconds is { } ttl ? TimeSpan.FromMilliseconds(ttl) : start.DegradedTtl,
            RetentionTime = document.RetentionSeconds is { } time ? TimeSpan.FromSeconds(time) : start.RetentionTime,
            RetentionEntries = document.RetentionEntries ?? start.RetentionEntries,
            ReplicationDelay = document.ReplicationDelayMilliseconds is { } delay ? TimeSpan.FromMilliseconds(delay) : start.ReplicationDelay,
            HomeRegion = document.HomeRegion ?? start.HomeRegion,
        };
        return true;
    }

    private static ConflictRule RuleOf(string word) => Rules.First(r => r.Word == word).Rule;

    private static string Word(ConflictRule rule) => Rules.First(r => r.Rule == rule).Word;

    private static bool IsHost(string? text) => text is { Length: > 0 and <= MaxHostLength } && Selectors.TryMake(SelectorKind.Host, text, null, out _, out _);

    private static bool IsRule(string word) => Rules.Any(r => r.Word == word);

    private static (string? What, string? Allowed) Fault(ZoneDocument document)
    {
        if (document.Hosts is { Count: > MaxHosts } many)
        {
            return ($"hosts: {many.Count} are too many", $"at most {MaxHosts}");
        }

        if (document.Hosts is { } hosts && hosts.Any(h => !IsHost(h)))
        {
            var bad = hosts.First(h => !IsHost(h)) ?? "null";
            return ($"hosts: '{bad[..Math.Min(bad.Length, MaxHostLength)]}' is not a host", "host names without scheme, port or path");
        }

        if (document.Conflict is { } rule && !IsRule(rule))
        {
            return ($"conflict: '{rule}' is not a rule", string.Join(", ", Rules.Select(r => r.Word)));
        }

        if (document.ConflictByType is { } types && (types.Count > MaxTypes || types.Any(t => !RecordKey.TryParse("@", t.Key, out _, out _) || !IsRule(t.Value))))
        {
            return ("conflictByType: not record types with a rule each", $"at most {MaxTypes} such as {{\"A\":\"siblings\"}}; rules: {string.Join(", ", Rules.Select(r => r.Word))}");
        }

        if (document.Authority is { } authority && authority is not ("log" or "origin"))
        {
            return ($"authority: '{authority}' is not known", "log, origin");
        }

        if (document.Resolver is { } mode && mode is not ("push" or "ttl"))
        {
            return ($"resolver: '{mode}' is not known", "push, ttl");
        }

        if (document.HomeRegion is { } home && (home.Length > 32 || home.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')))
        {
            return ("homeRegion: not the name of a region", "up to 32 small letters, digits or hyphens");
        }

        return Outside("maxLagMilliseconds", document.MaxLagMilliseconds, 100, 3_600_000)
            ?? Outside("degradedTtlMilliseconds", document.DegradedTtlMilliseconds, 0, 86_400_000)
            ?? Outside("retentionSeconds", document.RetentionSeconds, 1, 30 * 86_400)
            ?? Outside("retentionEntries", document.RetentionEntries, 10, 10_000_000)
            ?? Outside("tombstoneGraceSeconds", document.TombstoneGraceSeconds, 1, 365 * 86_400)
            ?? Outside("replicationDelayMilliseconds", document.ReplicationDelayMilliseconds, 0, 3_600_000)
            ?? Outside("historyLength", document.HistoryLength, 1, 1_000)
            ?? (null, null);
    }

    private static (string? What, string? Allowed)? Outside(string name, long? value, long least, long most) =>
        value is { } number && (number < least || number > most) ? ($"{name}: {number} is out of range", $"{least} to {most}") : null;
}
