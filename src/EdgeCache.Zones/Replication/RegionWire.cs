using System.Globalization;
using System.Text.Json;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// What regions send each other, as JSON with entries and records in the encoding of the log. Whoever reads gets a value or a <see cref="StoreException"/> that says what could not
/// be read; never half a value.
/// </summary>
public static class RegionWire
{
    /// <summary>Most bytes of entries or states in one answer; one is sent however large it is.</summary>
    public const int MaxBytes = 4 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A page of a log.</summary>
    public static byte[] Write(RegionPage page) => JsonSerializer.SerializeToUtf8Bytes(
        new PageText
        {
            Region = page.Region,
            Exists = page.Exists,
            Epoch = page.Epoch.ToString(),
            Head = page.Head,
            HeadNonce = page.HeadNonce.ToString(CultureInfo.InvariantCulture),
            SoaSerial = page.SoaSerial,
            First = page.First,
            Peers = page.Peers.ToDictionary(p => p.Region, p => p.Standing),
            Entries = Fitting(page.Entries.Select(e => LogEntryCodec.Encode(e).ToArray())),
        },
        Json);

    /// <summary>Digests.</summary>
    public static byte[] Write(IReadOnlyList<RecordDigest> digests) => JsonSerializer.SerializeToUtf8Bytes(
        digests.Select(d => new DigestText { Name = d.Key.Name, Type = d.Key.Type, Digest = d.Value.ToString("x32", CultureInfo.InvariantCulture) }), Json);

    /// <summary>States; those that do not fit are left out, and asked for again.</summary>
    public static byte[] Write(IReadOnlyList<Record> states) => JsonSerializer.SerializeToUtf8Bytes(Fitting(states.Select(s => RecordCodec.Encode(s).ToArray())), Json);

    /// <summary>Zones.</summary>
    public static byte[] Write(ZoneDirectory directory) => JsonSerializer.SerializeToUtf8Bytes(
        directory.Zones.Select(z => new ZoneText { Zone = z.Zone.Value, Policy = ZonePolicyJson.Write(z.Policy) }), Json);

    /// <summary>Names of zones.</summary>
    public static byte[] Write(IReadOnlyList<ZoneName> zones) => JsonSerializer.SerializeToUtf8Bytes(zones.Select(z => z.Value), Json);

    /// <summary>Keys to ask states for.</summary>
    public static byte[] Write(IReadOnlyList<RecordKey> keys) => JsonSerializer.SerializeToUtf8Bytes(keys.Select(k => k.ToString()), Json);

    /// <summary>Reads a page.</summary>
    public static RegionPage ReadPage(ReadOnlySpan<byte> text)
    {
        var page = Read<PageText>(text);
        if (page.Entries?.Length > RegionLimits.MaxEntries || page.Peers?.Count > RegionLimits.MaxPeers)
        {
            throw Unreadable("it is more than one page");
        }

        return page is { Region: { Length: <= RegionLimits.MaxRegionLength }, Entries: not null } && Epoch.TryParse(page.Epoch, out var epoch) && ulong.TryParse(page.HeadNonce, NumberStyles.None, CultureInfo.InvariantCulture, out var nonce)
            ? new RegionPage { Region = page.Region, Exists = page.Exists, Epoch = epoch, Head = page.Head, HeadNonce = nonce, SoaSerial = page.SoaSerial, First = page.First, Peers = PeersOf(page), Entries = [.. page.Entries.Select(Entry)] }
            : throw Unreadable("a region, an epoch or a nonce is none");
    }

    /// <summary>Reads digests.</summary>
    public static IReadOnlyList<RecordDigest> ReadDigests(ReadOnlySpan<byte> text) => [.. Read<DigestText[]>(text).Select(d =>
        RecordKey.TryParse(d?.Name ?? "", d?.Type ?? "", out var key, out var error)
            ? UInt128.TryParse(d!.Digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? new RecordDigest(key, value) : throw Unreadable("a digest is none")
            : throw Unreadable(error))];

    /// <summary>Reads states.</summary>
    public static IReadOnlyList<Record> ReadStates(ReadOnlySpan<byte> text) => [.. Read<byte[][]>(text).Select(b =>
        RecordCodec.TryDecode(b, out var record, out var error) ? record : throw Unreadable(error))];

    /// <summary>Reads zones.</summary>
    public static ZoneDirectory ReadDirectory(ReadOnlySpan<byte> text) => new(0, [.. Read<ZoneText[]>(text).Select(z =>
        ZoneName.TryParse(z?.Zone ?? "", out var zone, out var error)
            ? ZonePolicyJson.Read(z!.Policy ?? "") is { } policy ? new ZoneDefinition(zone, policy) : throw Unreadable("a policy is none")
            : throw Unreadable(error))]);

    /// <summary>Reads names of zones; more than <see cref="RemovedZones.MaxKept"/> are not looked at.</summary>
    public static IReadOnlyList<ZoneName> ReadZones(ReadOnlySpan<byte> text) => [.. Read<string[]>(text).Take(RemovedZones.MaxKept).Select(n =>
        ZoneName.TryParse(n ?? "", out var zone, out var error) ? zone : throw Unreadable(error))];

    /// <summary>Reads keys; null when they are none, or more than <see cref="RecordDigest.PageLength"/>.</summary>
    public static IReadOnlyList<RecordKey>? ReadKeys(ReadOnlySpan<byte> text)
    {
        try
        {
            var keys = new List<RecordKey>();
            foreach (var item in Read<string[]>(text))
            {
                if (keys.Count == RecordDigest.PageLength || item?.Split('/') is not [var name, var type] || !RecordKey.TryParse(name, type, out var key, out _))
                {
                    return null;
                }

                keys.Add(key);
            }

            return keys;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static byte[][] Fitting(IEnumerable<byte[]> items)
    {
        var left = MaxBytes;
        return [.. items.TakeWhile((item, i) => (left -= item.Length) >= 0 || i == 0)];
    }

    private static List<PeerRegion> PeersOf(PageText page) => [.. (page.Peers ?? []).Select(p => PeerRegion.Read(p.Key, p.Value ?? "") ?? throw Unreadable("a region's standing is none"))];

    private static LogEntry Entry(byte[] bytes) => LogEntryCodec.TryDecode(bytes, out var entry, out var error) ? entry : throw Unreadable(error);

    private static T Read<T>(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw Unreadable("nothing was sent");
        }
        catch (JsonException fault)
        {
            throw Unreadable(fault.Message);
        }
    }

    private static StoreException Unreadable(string why) => new($"what the other region sent cannot be read: {why}");

    private sealed record PageText
    {
        public required string Region { get; init; }

        public required bool Exists { get; init; }

        public required string Epoch { get; init; }

        public required long Head { get; init; }

        public required string HeadNonce { get; init; }

        /// <summary>Absent from an older program.</summary>
        public uint SoaSerial { get; init; }

        public required long First { get; init; }

        /// <summary>Absent from an older program: then it says of no region how far it is.</summary>
        public Dictionary<string, string>? Peers { get; init; }

        public required byte[][] Entries { get; init; }
    }

    private sealed record DigestText
    {
        public required string Name { get; init; }

        public required string Type { get; init; }

        public required string Digest { get; init; }
    }

    private sealed record ZoneText
    {
        public required string Zone { get; init; }

        public required string Policy { get; init; }
    }
}
