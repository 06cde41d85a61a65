using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Zones.Replication;

/// <summary>What another region may say: it was read from a wire, and may be wrong or lie. Pure: says what is wrong with it, or null.</summary>
internal static class RegionLimits
{
    /// <summary>Most zones of one region.</summary>
    public const int MaxZones = 10_000;

    /// <summary>Most entries in a page; a program of ours sends <see cref="StoreRegionLog.MaxEntries"/>.</summary>
    public const int MaxEntries = 1_000;

    /// <summary>Most regions that one takes entries from.</summary>
    public const int MaxPeers = 256;

    /// <summary>Longest name of a region.</summary>
    public const int MaxRegionLength = 32;

    /// <summary>Highest serial: what a script of Redis can count.</summary>
    public const long MaxSerial = 1L << 53;

    /// <summary>Most hosts of a zone.</summary>
    public const int MaxHosts = 1_000;

    private const int MaxOriginLength = 127;
    private static readonly TimeSpan _longest = TimeSpan.FromDays(366);

    /// <summary>A page of the log of <paramref name="zone"/>.</summary>
    public static string? Explain(RegionPage page, ZoneName zone) =>
        !IsRegion(page.Region) ? "its region has no name that a region can have"
        : page.Head is < 0 or > MaxSerial || page.First < 0 || page.First > page.Head + 1 ? $"a log of {zone} from {page.First} to {page.Head}"
        : page.Entries.Count > MaxEntries ? $"{page.Entries.Count} entries at once"
        : page.Peers.Count > MaxPeers || page.Peers.Any(p => p.Serial > MaxSerial) ? "how far it has taken over others' logs"
        : page.Entries.Select(e => Explain(e, zone)).FirstOrDefault(e => e is not null);

    /// <summary>A state of a record.</summary>
    public static string? Explain(Record state) =>
        state.Version.Serial is < 0 or > MaxSerial ? $"{state.Key}: the serial {state.Version.Serial}"
        : state.Version.Origin.Length > MaxOriginLength || !IsVisible(state.Version.Origin) ? $"{state.Key}: its writer"
        : state.ContentType.Length > WriteLimits.MaxContentTypeLength || !IsVisible(state.ContentType) ? $"{state.Key}: its content type"
        : state.Tags.Count > WriteLimits.MaxTags || state.Tags.Any(t => !Selectors.TryMake(SelectorKind.Tag, t, null, out _, out _)) ? $"{state.Key}: its tags"
        : state.Context.IsEmpty && state.Value.Length > Record.MaxValueLength ? $"{state.Key}: {state.Value.Length} bytes"
        : null;

    /// <summary>A zone's policy.</summary>
    public static string? Explain(ZoneDefinition definition)
    {
        var (zone, policy) = (definition.Zone, definition.Policy);
        return policy.Hosts is null || policy.Hosts.Count > MaxHosts || policy.Hosts.Any(h => h is null || !Selectors.TryMake(SelectorKind.Host, h, null, out _, out _)) ? $"the hosts of {zone}"
            : policy.ConflictByType is null || policy.ConflictByType.Values.Append(policy.Conflict).Any(r => !Enum.IsDefined(r)) ? $"the conflict rules of {zone}"
            : !Enum.IsDefined(policy.Authority) || !Enum.IsDefined(policy.Resolver) ? $"the authority or the resolvers of {zone}"
            : new[] { policy.MaxLag, policy.DegradedTtl, policy.RetentionTime, policy.TombstoneGrace, policy.ReplicationDelay }.Any(t => t < TimeSpan.Zero || t > _longest) ? $"a time of {zone}"
            : policy.RetentionEntries < 1 || policy.HistoryLength < 1 ? $"what {zone} keeps"
            : policy.HomeRegion is null || !IsRegion(policy.HomeRegion) ? $"the home region of {zone}"
            : null;
    }

    private static string? Explain(LogEntry entry, ZoneName zone)
    {
        var changes = entry.Change is BatchChange batch ? batch.Changes : [entry.Change];
        return entry.Zone != zone ? $"an entry of {entry.Zone} in the log of {zone}"
            : !ChangeIds.IsValid(entry.ChangeId) ? $"entry {entry.Serial}: its change id"
            : !IsRegion(entry.Origin.Region) || entry.Origin.Serial is < 0 or > MaxSerial ? $"entry {entry.Serial}: where it was first committed"
            : changes.OfType<PurgeChange>().Any(p => p.Selectors.Count > PurgeChange.MaxSelectors || p.Selectors.Any(s => s.Value.Length > Selector.MaxLength || s.Type.Length > Selector.MaxLength))
                ? $"entry {entry.Serial}: its selectors"
            : changes.OfType<RecordChange>().Select(c => Explain(c.After)).FirstOrDefault(e => e is not null)
            ?? (changes.OfType<RecordChange>().Select(c => c.After.Key).HasTwice() ? $"entry {entry.Serial}: a record written twice" : null);
    }

    private static bool HasTwice(this IEnumerable<RecordKey> keys)
    {
        var seen = new HashSet<RecordKey>();
        return !keys.All(seen.Add);
    }

    private static bool IsRegion(string text) => text.Length <= MaxRegionLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsVisible(string text) => text.All(c => c is >= ' ' and <= '~');
}
