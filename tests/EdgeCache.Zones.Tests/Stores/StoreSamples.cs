using System.Text;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>Short forms for store tests.</summary>
internal static class StoreSamples
{
    private static long _next;

    public static ZoneName Shop { get; } = ZoneName.Parse("shop.test");

    public static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    public static RecordKey Www { get; } = new("www", "A");

    public static Record Value(RecordKey key, string value, long clock = 1, string origin = "o1") => new()
    {
        Key = key,
        Value = Encoding.UTF8.GetBytes(value),
        ContentType = "text/plain",
        Ttl = 30,
        Tags = ["t1", "t2"],
        Version = new RecordVersion(0, HybridTimestamp.From(clock, 0), origin),
        CommittedAt = 0,
    };

    public static Record Tombstone(RecordKey key, long clock = 1) => Value(key, "", clock) with { IsDeleted = true };

    public static CommitRequest Write(Record state, Guard guard = default, string? id = null) => Commit([new RecordWrite(state, guard)], [], id);

    public static CommitRequest Purge(string tag, string? id = null) => Commit([], [new PurgeChange([new Selector(SelectorKind.Tag, tag)], PurgeMode.Soft)], id);

    public static CommitRequest Commit(IReadOnlyList<RecordWrite> writes, IReadOnlyList<PurgeChange> purges, string? id = null)
    {
        var number = Interlocked.Increment(ref _next);
        return new CommitRequest
        {
            Zone = Shop,
            ChangeId = id ?? $"change-{number}",
            Clock = HybridTimestamp.From(number, 0),
            Nonce = unchecked((ulong)number * 0x9E37_79B9_7F4A_7C15), // spread over all 64 bits
            Writes = writes,
            Purges = purges,
        };
    }

    public static string Text(Record? record) => record is null ? "(none)" : record.IsDeleted ? "(deleted)" : Encoding.UTF8.GetString(record.Value.Span);

    public static async Task<CommitResult> PutAsync(this IZoneStore store, CommitRequest request) =>
        await store.CommitAsync(request, CancellationToken.None);

    public static async Task<ZoneRead> ReadAsync(this IZoneStore store, Epoch epoch = default, long serial = 0, int max = 1000) =>
        (await store.ReadShardAsync(Shop.Shard, [new ZoneCursor(Shop, epoch, serial)], max, CancellationToken.None)).Zones[0];

    public static async Task<Record?> GetAsync(this IZoneStore store, RecordKey key) => await store.FindAsync(Shop, key, CancellationToken.None);

    public static ZoneDefinition Zone(ZonePolicy? policy = null) => new(Shop, policy ?? ZonePolicy.Standard);
}
