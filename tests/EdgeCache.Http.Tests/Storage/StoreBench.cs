using System.Text;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCache.Http.Tests.Storage;

/// <summary>A store on virtual time with one zone, and short ways to put and find.</summary>
internal sealed class StoreBench : IDisposable
{
    public StoreBench(long budget = 4 << 20, Action<StoreOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new StoreOptions { BudgetBytes = budget };
        configure?.Invoke(options);
        Store = new ResponseStore(options, time ?? Time, seed: 7);
        Zone = NewZone(1);
    }

    public FakeTimeProvider Time { get; } = new();

    public ResponseStore Store { get; }

    public ZoneState Zone { get; }

    public long Now => Time.Milliseconds();

    public static HeaderLine[] Lines { get; } = [new("Content-Type", "text/plain"), new("Cache-Control", "max-age=3600"), new("Date", "Mon, 23 Nov 2026 19:00:00 GMT")];

    public static ZoneState NewZone(int id) => new(ZoneName.Default, id, seed: id, ZonePolicy.Standard, TimeProvider.System.TimestampFrequency);

    public StoreOutcome Put(string key, ReadOnlySpan<byte> body, string variant = "", long deadAt = 0, long? mark = null, string[]? tags = null, long requestedAt = 0) =>
        Store.Put(Draft(key, variant, deadAt, mark, tags, requestedAt), body);

    public EntryFill Begin(string key, long? length = null, long? mark = null, string[]? tags = null) => Store.BeginFill(Draft(key, "", 0, mark, tags, 0), length);

    public EntryDraft Draft(string key, string variant = "", long deadAt = 0, long? mark = null, string[]? tags = null, long requestedAt = 0, HeaderLine[]? lines = null, int status = 200) => new()
    {
        Key = Encoding.UTF8.GetBytes(key),
        VariantKey = Encoding.UTF8.GetBytes(variant),
        Status = status,
        Lines = lines ?? Lines,
        RequestedAt = requestedAt,
        DeadAt = deadAt,
        Zone = Zone,
        Mark = mark ?? Zone.Floors.Generation,
        Selectors = (tags ?? []).Select(t => Zone.Floors.Hash.Of(SelectorKind.Tag, t)).ToArray(),
        HostAndPath = Encoding.UTF8.GetBytes(key),
        HostLength = Math.Max(0, key.IndexOf('/')),
    };

    public FindOutcome Find(string key, out EntryLease lease, string variant = "") => Store.Find(Encoding.UTF8.GetBytes(key), Now, new Exactly(Encoding.UTF8.GetBytes(variant)), out lease);

    public bool Has(string key, string variant = "")
    {
        var found = Find(key, out var lease, variant) == FindOutcome.Found;
        lease.Dispose();
        return found;
    }

    public byte[]? Body(string key, string variant = "")
    {
        if (Find(key, out var lease, variant) != FindOutcome.Found)
        {
            return null;
        }

        using (lease)
        {
            return BodyOf(lease);
        }
    }

    public static byte[] BodyOf(EntryLease lease, long start = 0, long length = long.MaxValue)
    {
        var body = new List<byte>();
        var cursor = lease.Body(start, length);
        while (cursor.TryReadSpan(out var piece))
        {
            body.AddRange(piece);
        }

        return [.. body];
    }

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Purge(string tag, PurgeMode mode = PurgeMode.Hard) => Zone.Floors.Raise([new Selector(SelectorKind.Tag, tag)], mode);

    public void Dispose() => Store.Free();

    internal readonly ref struct Exactly(ReadOnlySpan<byte> variant) : IVariantMatcher
    {
        private readonly ReadOnlySpan<byte> _variant = variant;

        public bool Matches(ReadOnlySpan<byte> variantKey) => variantKey.SequenceEqual(_variant);
    }
}
