using System.Diagnostics.CodeAnalysis;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Admin;

/// <summary>A zone's policy as JSON and back.</summary>
internal static class ZoneText
{
    private const int MaxHosts = 1_000;

    private static readonly (ConflictRule Rule, string Word)[] Rules =
        [(ConflictRule.LastWriteWins, "lww"), (ConflictRule.Reject, "reject"), (ConflictRule.Siblings, "siblings"), (ConflictRule.Crdt, "crdt")];

    public static ZoneDocument ToDocument(ZoneDefinition definition, Position? position)
    {
        var policy = definition.Policy;
        return new ZoneDocument
        {
            Zone = definition.Zone.Value,
            Hosts = policy.Hosts,
            Conflict = Rules.First(r => r.Rule == policy.Conflict).Word,
            Authority = policy.Authority == RouteAuthority.Log ? "log" : "origin",
            Resolver = policy.Resolver == ResolverMode.Push ? "push" : "ttl",
            MaxLagMilliseconds = (long)policy.MaxLag.TotalMilliseconds,
            DegradedTtlMilliseconds = (long)policy.DegradedTtl.TotalMilliseconds,
            RetentionSeconds = (long)policy.RetentionTime.TotalSeconds,
            RetentionEntries = policy.RetentionEntries,
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
            Conflict = document.Conflict is { } word ? Rules.First(r => r.Word == word).Rule : start.Conflict,
            Authority = document.Authority switch { "log" => RouteAuthority.Log, "origin" => RouteAuthority.Origin, _ => start.Authority },
            Resolver = document.Resolver switch { "ttl" => ResolverMode.Ttl, "push" => ResolverMode.Push, _ => start.Resolver },
            MaxLag = document.MaxLagMilliseconds is { } lag ? TimeSpan.FromMilliseconds(lag) : start.MaxLag,
            DegradedTtl = document.DegradedTtlMilliseconds is { } ttl ? TimeSpan.FromMilliseconds(ttl) : start.DegradedTtl,
            RetentionTime = document.RetentionSeconds is { } time ? TimeSpan.FromSeconds(time) : start.RetentionTime,
            RetentionEntries = document.RetentionEntries ?? start.RetentionEntries,
        };
        return true;
    }

    /// <summary>Siblings and crdt are in the wire forms and not yet in the writing: a zone must not be given a rule that would be ignored.</summary>
    public static bool IsKept(ConflictRule rule) => rule is ConflictRule.LastWriteWins or ConflictRule.Reject;

    private static (string? What, string? Allowed) Fault(ZoneDocument document)
    {
        if (document.Hosts is { } hosts && (hosts.Count > MaxHosts || hosts.Any(h => string.IsNullOrEmpty(h) || h.Length > 255 || h.Contains('/', StringComparison.Ordinal))))
        {
            return ("hosts: one of them is not a host", $"at most {MaxHosts} host names without scheme, port or path");
        }

        if (document.Conflict is { } rule && !Rules.Any(r => r.Word == rule && IsKept(r.Rule)))
        {
            return ($"conflict: '{rule}' is not a rule that this version keeps", string.Join(", ", Rules.Where(r => IsKept(r.Rule)).Select(r => r.Word)));
        }

        if (document.Authority is { } authority && authority is not ("log" or "origin"))
        {
            return ($"authority: '{authority}' is not known", "log, origin");
        }

        if (document.Resolver is { } mode && mode is not ("push" or "ttl"))
        {
            return ($"resolver: '{mode}' is not known", "push, ttl");
        }

        return Outside("maxLagMilliseconds", document.MaxLagMilliseconds, 100, 3_600_000)
            ?? Outside("degradedTtlMilliseconds", document.DegradedTtlMilliseconds, 0, 86_400_000)
            ?? Outside("retentionSeconds", document.RetentionSeconds, 1, 30 * 86_400)
            ?? Outside("retentionEntries", document.RetentionEntries, 10, 10_000_000)
            ?? (null, null);
    }

    private static (string? What, string? Allowed)? Outside(string name, long? value, long least, long most) =>
        value is { } number && (number < least || number > most) ? ($"{name}: {number} is out of range", $"{least} to {most}") : null;
}
