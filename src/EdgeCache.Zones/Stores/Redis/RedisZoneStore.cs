using System.Collections.Concurrent;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// The distributed store: Redis (or Valkey: expected to work, not tested) with a stream a zone as its log and pub/sub as its hints. Connects in the background and
/// goes on after any break; a command without a connection fails at once with a <see cref="StoreException"/>. Thread-safe.
/// </summary>
public sealed class RedisZoneStore : IZoneStore
{
    private static readonly string[] _partsOfZone = ["meta", "log", "rec", "names", "ids", "idage", "tomb"];
    private readonly RedisStoreOptions _options;
    private readonly RedisConnection _connection;
    private readonly RedisDirectory _directory;
    private readonly RedisHints _hints;
    private readonly RedisStoreParts _parts;
    private readonly ConcurrentDictionary<ZoneName, Lazy<ZoneCommitter>> _committers = new();

    /// <summary>Makes a store and begins to connect. <paramref name="random"/> is used under a lock and by this store only.</summary>
    public RedisZoneStore(RedisStoreOptions options, Random random, ILogger<RedisZoneStore> log)
    {
        _options = options;
        _connection = new RedisConnection(options, log);
        _directory = new RedisDirectory(_connection, log) { NextNumber = () => _parts!.NextNumber(), Now = () => NowAsync(_connection.Database) }; // set below
        _hints = new RedisHints(_connection);
        _parts = new RedisStoreParts(options, _connection, _directory, random);
    }

    /// <summary>Ends when reads and writes have reached Redis for the first time, or never can; while it is down it does not end.</summary>
    public Task FirstConnection => _connection.First;

    /// <inheritdoc/>
    public string Region => _options.Region;

    /// <inheritdoc/>
    public ValueTask<ShardRead> ReadShardAsync(int shard, IReadOnlyList<ZoneCursor> cursors, int maxEntries, CancellationToken cancellation) =>
        AskAsync(
            async database => await ReadOwnedAsync(database, cursors, maxEntries) ?? await ReadOwnedAsync(database, cursors, maxEntries)
                ?? throw new StoreException($"Redis at {_connection.Address} was emptied while it was read"),
            cancellation);

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation) =>
        _committers.GetOrAdd(request.Zone, static (zone, parts) => new Lazy<ZoneCommitter>(() => new ZoneCommitter(zone, parts)), _parts).Value.CommitAsync(request, cancellation);

    /// <inheritdoc/>
    public ValueTask<Record?> FindAsync(ZoneName zone, RecordKey key, CancellationToken cancellation) =>
        AskAsync(
            async database => Decode((byte[]?)await database.HashGetAsync(RedisKeys.Of(zone, "rec"), RedisKeys.Field(key))) is { } found
                ? await ThereAsync(database, zone, [found]) is [var there] ? there : null
                : null,
            cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Record>> ListAsync(ZoneName zone, RecordKey? after, int max, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<Record>>(
            async database =>
            {
                var found = new List<Record>();
                while (found.Count < max)
                {
                    var asked = max - found.Count;
                    var fields = await database.SortedSetRangeByValueAsync(
                        RedisKeys.Of(zone, "names"), after is { } key ? RedisKeys.Field(key) : default, default, Exclude.Start, Order.Ascending, 0, asked);
                    if (fields.Length > 0)
                    {
                        var values = await database.HashGetAsync(RedisKeys.Of(zone, "rec"), fields);
                        found.AddRange(await ThereAsync(database, zone, [.. values.Select(v => Decode((byte[]?)v)).OfType<Record>()]));
                        after = RedisKeys.Parse(fields[^1].ToString());
                    }

                    if (fields.Length < asked)
                    {
                        break;
                    }
                }

                return found;
            },
            cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryItem>> HistoryAsync(ZoneName zone, RecordKey key, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<HistoryItem>>(
            async database =>
            {
                var items = await database.ListRangeAsync(RedisKeys.Of(zone, $"hist:{RedisKeys.Field(key)}"));
                return [.. items.Reverse().Select(i => HistoryBytes.Decode((byte[])i!)).OfType<HistoryItem>()]; // list items are never null
            },
            cancellation);

    /// <inheritdoc/>
    public ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) => AskAsync(_ => _directory.ReadAsync(), cancellation);

    /// <inheritdoc/>
    public async ValueTask PutZoneAsync(ZoneDefinition definition, CancellationToken cancellation) => await AskAsync(
        async database =>
        {
            await _directory.ReadAsync();
            if (!await _directory.KnowsAsync(definition.Zone))
            {
                var soa = definition.FirstSoaSerial ?? SoaSerial.Seed(await NowAsync(database), 0);
                await database.ScriptEvaluateAsync(
                    RedisScripts.CreateZone, [RedisKeys.Of(definition.Zone, "meta")], [new Epoch(_parts.NextNumber()).ToString(), soa, _directory.Seen?.Id ?? ""]);
            }

            await _directory.PutAsync(definition);
            return true;
        },
        cancellation);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteZoneAsync(ZoneName zone, CancellationToken cancellation) => AskAsync(
        async database =>
        {
            var removed = await _directory.RemoveAsync(zone);
            await database.ScriptEvaluateAsync(
                RedisScripts.DropZone,
                [.. _partsOfZone.Select(p => RedisKeys.Of(zone, p))],
                [RedisKeys.Of(zone, "hist:").ToString()]);
            return removed;
        },
        cancellation);

    /// <inheritdoc/>
    public ValueTask<Epoch> OpenEpochAsync(ZoneName zone, uint seenSoaSerial, CancellationToken cancellation) => AskAsync(
        async database =>
        {
            if (await _directory.FindAsync(zone) is not { } definition)
            {
                throw new StoreException($"there is no zone {zone}: create it first");
            }

            var epoch = new Epoch(_parts.NextNumber());
            var known = (string?)await database.HashGetAsync(RedisKeys.Of(zone, "meta"), "soa");
            var soa = SoaSerial.Seed(await NowAsync(database), SoaSerial.Later(known is null ? 0 : uint.Parse(known), seenSoaSerial));
            await database.ScriptEvaluateAsync(
                RedisScripts.OpenEpoch,
                [RedisKeys.Of(zone, "meta"), RedisKeys.Of(zone, "log"), RedisKeys.Of(zone, "ids"), RedisKeys.Of(zone, "idage"), RedisKeys.Sequence(zone.Shard)],
                [epoch.ToString(), soa, RedisKeys.Hints(zone.Shard).ToString(), HintMessage.Of(new Position(zone, epoch, 0)), _directory.Seen?.Id ?? ""]);
            await _directory.PutAsync(definition);
            return epoch;
        },
        cancellation);

    /// <inheritdoc/>
    public async ValueTask PutPeerAsync(ZoneName zone, PeerRegion peer, CancellationToken cancellation) => await AskAsync(
        database => database.ScriptEvaluateAsync(RedisScripts.PutPeer, [RedisKeys.Of(zone, "meta")], [RedisMeta.PeerField(peer.Region), peer.Standing]), cancellation);

    /// <inheritdoc/>
    public ValueTask<bool> ForgetPeerAsync(ZoneName zone, string region, CancellationToken cancellation) => AskAsync(
        async database => (long)await database.ScriptEvaluateAsync(RedisScripts.PutPeer, [RedisKeys.Of(zone, "meta")], [RedisMeta.PeerField(region), ""]) != 0, cancellation);

    /// <inheritdoc/>
    public async ValueTask ReportAsync(NodeReport report, CancellationToken cancellation) => await AskAsync(
        async database =>
        {
            var expires = await NowAsync(database) + report.KeptMilliseconds();
            return await database.HashSetAsync(RedisKeys.Nodes, report.Node, NodeReportJson.Write(report, expires));
        },
        cancellation);

    /// <inheritdoc/>
    public ValueTask<int> CountNodesAsync(CancellationToken cancellation) => AskAsync(async database => (int)await database.HashLengthAsync(RedisKeys.Nodes), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation) => AskAsync<IReadOnlyList<NodeReport>>(
        async database =>
        {
            var now = await NowAsync(database);
            var all = await database.HashGetAllAsync(RedisKeys.Nodes);
            var reports = all.Select(e => (e.Name, Report: NodeReportJson.Read(e.Value.ToString()))).ToList();
            var gone = reports.Where(r => r.Report is null || r.Report.Expires <= now).Select(r => r.Name).ToArray();
            if (gone.Length > 0)
            {
                await database.HashDeleteAsync(RedisKeys.Nodes, gone);
            }

            return [.. reports.Select(r => r.Report).OfType<NodeReportJson>().Where(r => r.Expires > now).Select(r => r.Report).OrderBy(r => r.Node, StringComparer.Ordinal)];
        },
        cancellation);

    /// <inheritdoc/>
    public ValueTask<string?> ReadValueAsync(string name, CancellationToken cancellation) =>
        AskAsync(async database => (string?)await database.StringGetAsync(RedisKeys.Value(name)), cancellation);

    /// <inheritdoc/>
    public ValueTask<bool> ReplaceValueAsync(string name, string? known, string value, CancellationToken cancellation) => AskAsync(
        async database => (long)await database.ScriptEvaluateAsync(RedisScripts.ReplaceValue, [RedisKeys.Value(name)], [known ?? "", value]) != 0, cancellation);

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<Hint> onHint) => _hints.Add(onHint);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var committer in _committers.Values)
        {
            await committer.Value.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    /// <summary>Null when a log in it was made under a directory that was not known yet; it is now.</summary>
    private async Task<ShardRead?> ReadOwnedAsync(IDatabase database, IReadOnlyList<ZoneCursor> cursors, int maxEntries)
    {
        var keys = cursors.SelectMany(c => new[] { RedisKeys.Of(c.Zone, "meta"), RedisKeys.Of(c.Zone, "log") }).ToArray();
        RedisValue[] arguments = [maxEntries, .. cursors.SelectMany(c => new RedisValue[] { c.Epoch.ToString(), c.Serial })];
        var reply = (RedisResult[])(await database.ScriptEvaluateAsync(RedisScripts.ReadShard, keys, arguments))!; // the script returns an array
        var runId = (string?)reply[0] ?? "";
        var zones = new ZoneRead[cursors.Count];
        var isOwned = true;
        for (var i = 0; i < zones.Length; i++)
        {
            var found = (RedisResult[])reply[i + 2]!; // an array, maybe empty
            var meta = found.Length == 0 ? null : RedisMeta.Read(found[0]);
            isOwned &= meta is null || await _directory.OwnsAsync(meta.Store);
            zones[i] = meta is null ? new ZoneRead { Zone = cursors[i].Zone, Exists = false } : Zone(cursors[i].Zone, (long)reply[1], meta, found);
        }

        return !isOwned ? null : new ShardRead
        {
            RunId = runId,
            IsDurable = (await _connection.FactsOfAsync(runId)).KeepsEverything,
            At = ((long)reply[1] / 1000) + (long)_options.ClockOffset().TotalMilliseconds,
            Zones = zones,
        };
    }

    private static ZoneRead Zone(ZoneName zone, long microseconds, RedisMeta meta, RedisResult[] reply)
    {
        var oldest = (string?)reply[1] ?? "";
        var (entries, fault) = ZoneRead.Decode((byte[][])reply[2]!); // an array, maybe empty
        return new ZoneRead
        {
            Zone = zone,
            Exists = true,
            Epoch = meta.Head.Epoch,
            EpochAge = meta.Opened == 0 ? null : TimeSpan.FromMicroseconds(Math.Max(0, microseconds - meta.Opened)),
            Head = meta.Head.Serial,
            First = oldest.Length == 0 ? meta.Head.Serial + 1 : long.Parse(oldest.AsSpan(0, oldest.IndexOf('-', StringComparison.Ordinal))),
            SoaSerial = meta.Head.SoaSerial,
            HeadNonce = meta.Head.Nonce,
            Vector = meta.Vector,
            Peers = meta.Peers,
            Entries = entries,
            Fault = fault,
        };
    }

    /// <summary>A stored record; one that a newer program wrote is never taken for none.</summary>
    internal static Record? Decode(byte[]? bytes) =>
        bytes is null ? null
        : RecordCodec.TryDecode(bytes, out var record, out var error) ? record
        : throw new StoreException($"a stored record cannot be read: {error}");

    /// <summary>Without the tombstones that are gone: a sweep comes with the next commit only.</summary>
    private async Task<IReadOnlyList<Record>> ThereAsync(IDatabase database, ZoneName zone, IReadOnlyList<Record> found)
    {
        if (!found.Any(r => r.IsDeleted))
        {
            return found;
        }

        var policy = _directory.Seen?.Find(zone)?.Policy ?? ZonePolicy.Standard;
        var meta = RedisMeta.Read(await database.ExecuteAsync("HGETALL", RedisKeys.Of(zone, "meta")));
        var gone = Tombstones.GoneBefore(policy, meta?.Peers ?? [], await NowAsync(database));
        return [.. found.Where(r => r.At(gone) is not null)];
    }

    private async Task<long> NowAsync(IDatabase database)
    {
        var time = (RedisResult[])(await database.ExecuteAsync("TIME"))!; // two numbers by its documentation
        return ((long)time[0] * 1000) + ((long)time[1] / 1000) + (long)_options.ClockOffset().TotalMilliseconds;
    }

    private async ValueTask<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(_connection.Database).WaitAsync(cancellation);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw _connection.Told(e);
        }
    }
}
