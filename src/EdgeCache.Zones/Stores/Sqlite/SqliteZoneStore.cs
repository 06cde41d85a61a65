using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// The embedded store: one SQLite file in WAL mode with <c>synchronous=FULL</c>, so an acknowledged commit survives <c>kill -9</c> and a power loss.
/// One process at a time. Thread-safe.
/// </summary>
public sealed class SqliteZoneStore : IZoneStore
{
    /// <summary>Keeps the names of callers apart from the store's own.</summary>
    private const string ValuePrefix = "value:";

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly SqliteWriter _writer;
    private readonly HighWaterFile _highWater;
    private readonly SqliteConnection _writing;
    private readonly SqliteConnection _reading;
    private readonly SqliteStatements _read;
    private readonly Lock _lock = new();
    private readonly HintSubscribers _hints = new();
    private readonly Unpackings _unpackings = new();
    private readonly WholeCommits _wholes;
    private readonly string _runId;

    private SqliteZoneStore(string folder, TimeProvider time, Random random, string region, HighWaterFile highWater)
    {
        _time = time;
        _random = random;
        _highWater = highWater;
        Region = region;
        Path = System.IO.Path.Combine(folder, SqliteFile.Name);
        _runId = random.NextInt64().ToString("x16");
        _writing = SqliteFile.Open(Path, check: true);
        _reading = SqliteFile.Open(Path, check: false);
        _read = new SqliteStatements(_reading);
        _writer = new SqliteWriter(new SqliteSession(_writing, time, region, _unpackings), highWater);
        _wholes = new WholeCommits(Path, _writer, _unpackings, time, region);
    }

    /// <inheritdoc/>
    public string Region { get; }

    /// <inheritdoc/>
    public int LongestBatch => BatchChange.MaxWhole;

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>True when the database was found to be behind what it had been: every zone got a new epoch.</summary>
    public bool WasRestored { get; private set; }

    /// <summary>Opens the store in a folder, made if absent; holds the zone <c>default</c> at least.</summary>
    /// <exception cref="StoreException">The folder cannot be written, the file is damaged or of another program; the message says which.</exception>
    public static async ValueTask<SqliteZoneStore> OpenAsync(string folder, TimeProvider time, Random random, string region, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var highWater = SqliteFile.Lock(folder);
        SqliteZoneStore store;
        try
        {
            store = new SqliteZoneStore(folder, time, random, region, highWater);
        }
        catch
        {
            highWater.Dispose();
            throw;
        }

        var isOld = await store._writer.RunAsync(s => s.Sequence > 0 && (highWater.Known is not { } known || s.Sequence < known)).ConfigureAwait(false);
        if (isOld)
        {
            store.WasRestored = true;
            foreach (var zone in (await store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Zones)
            {
                await store.OpenEpochAsync(zone.Zone, 0, cancellation).ConfigureAwait(false);
            }

            await store._writer.RunAsync(s => s.CountTo(highWater.Known ?? 0)).ConfigureAwait(false);
        }

        if ((await store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Zones.Count == 0)
        {
            await store.PutZoneAsync(new ZoneDefinition(ZoneName.Default, ZonePolicy.Standard), cancellation).ConfigureAwait(false);
        }

        return store;
    }

    /// <inheritdoc/>
    public ValueTask<ShardRead> ReadShardAsync(int shard, IReadOnlyList<ZoneCursor> cursors, int maxEntries, CancellationToken cancellation) =>
        new(Read(sql => new ShardRead { RunId = _runId, IsDurable = true, At = Now, Zones = [.. cursors.Select(c => SqliteReads.Zone(sql, _unpackings, c, maxEntries))] }));

    /// <inheritdoc/>
    public async ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (request.Writes.Count > BatchChange.MaxChanges)
        {
            return await _wholes.CommitAsync(request, Tell, cancellation).ConfigureAwait(false);
        }

        var (result, _) = await _writer.RunAsync(s => s.Commit(request), done => Tell(done.Entry)).ConfigureAwait(false);
        return result;
    }

    /// <inheritdoc/>
    public ValueTask<Record?> FindAsync(ZoneName zone, RecordKey key, CancellationToken cancellation) =>
        new(Read(sql => SqliteReads.Find(sql, _unpackings, zone, key, Now)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Record>> ListAsync(ZoneName zone, RecordKey? after, int max, CancellationToken cancellation) =>
        new(Read(sql => SqliteReads.List(sql, _unpackings, zone, after, max, Now)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryItem>> HistoryAsync(ZoneName zone, RecordKey key, CancellationToken cancellation) =>
        new(Read(sql => SqliteReads.History(sql, _unpackings, zone, key)));

    /// <inheritdoc/>
    public ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) => new(Read(SqliteReads.Directory));

    /// <inheritdoc/>
    public async ValueTask PutZoneAsync(ZoneDefinition definition, CancellationToken cancellation) => await _writer.ChangeZonesAsync(s =>
    {
        var zone = definition.Zone.Value;
        if (s.Sql.Policy.First(r => r.GetString(0), zone) is null)
        {
            s.Sql.AddZone.Run(zone, SqliteRows.Bits(NewEpoch().Value), (long)(definition.FirstSoaSerial ?? SoaSerial.Seed(s.Now, 0)));
        }

        s.Sql.PutPolicy.Run(zone, StoredJson.Write(definition.Policy));
        SqliteReads.MoveDirectory(s);
        return true;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteZoneAsync(ZoneName zone, CancellationToken cancellation) => await _writer.ChangeZonesAsync(s =>
    {
        if (s.Find(zone) is { } found)
        {
            s.Sql.EraseZone(found.Id, logOnly: false);
            s.Sql.DropZone.Run(zone.Value);
            SqlitePeers.Write(s.Sql, zone, []);
        }

        var known = s.Sql.DropPolicy.Run(zone.Value) > 0;
        SqliteReads.MoveDirectory(s);
        return known;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<Epoch> OpenEpochAsync(ZoneName zone, uint seenSoaSerial, CancellationToken cancellation) => await _writer.ChangeZonesAsync(s =>
    {
        var epoch = NewEpoch();
        if (s.Find(zone) is { } found)
        {
            s.UnpackAll(found);
            s.Sql.EraseZone(found.Id, logOnly: true);
            s.Sql.OpenEpoch.Run(zone.Value, SqliteRows.Bits(epoch.Value), (long)SoaSerial.Seed(s.Now, SoaSerial.Later(found.Head.SoaSerial, seenSoaSerial)));
        }
        else if (s.Sql.Policy.First(r => r.GetString(0), zone.Value) is not null)
        {
            s.Sql.AddZone.Run(zone.Value, SqliteRows.Bits(epoch.Value), (long)SoaSerial.Seed(s.Now, seenSoaSerial));
        }
        else
        {
            throw new StoreException($"there is no zone {zone}: create it first");
        }

        s.Count();
        s.Save();
        s.Forget();
        return epoch;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask PutPeerAsync(ZoneName zone, PeerRegion peer, CancellationToken cancellation) => await _writer.RunAsync(s =>
    {
        if (s.Find(zone) is not null)
        {
            SqlitePeers.Write(s.Sql, zone, [.. SqlitePeers.Read(s.Sql, zone).Where(p => p.Region != peer.Region), peer]);
        }

        return true;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> ForgetPeerAsync(ZoneName zone, string region, CancellationToken cancellation) => await _writer.RunAsync(s =>
    {
        var known = SqlitePeers.Read(s.Sql, zone);
        SqlitePeers.Write(s.Sql, zone, [.. known.Where(p => p.Region != region)]);
        return known.Any(p => p.Region == region);
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask ReportAsync(NodeReport report, CancellationToken cancellation) => await _writer.RunAsync(s =>
    {
        s.Sql.ForgetNodes.Run(s.Now);
        return s.Sql.Report.Run(report.Node, StoredJson.Write(report), s.Now + report.KeptMilliseconds());
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation) =>
        new(Read(sql => StoredJson.Reports(sql.Nodes.All(r => r.GetString(0), Now))));

    /// <inheritdoc/>
    public ValueTask<string?> ReadValueAsync(string name, CancellationToken cancellation) => new(Read(sql => sql.Get.First(r => r.GetString(0), ValuePrefix + name)));

    /// <inheritdoc/>
    public async ValueTask<bool> ReplaceValueAsync(string name, string? known, string value, CancellationToken cancellation) => await _writer.RunAsync(s =>
    {
        var fits = s.Sql.Get.First(r => r.GetString(0), ValuePrefix + name) == known;
        if (fits)
        {
            s.Sql.Put.Run(ValuePrefix + name, value);
        }

        return fits;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<Hint> onHint) => _hints.Add(onHint);

    /// <inheritdoc/>
    public async ValueTask<bool> TryBackupAsync(string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            // A connection of its own: one read transaction over the whole copy, beside which readers and the writer go on.
            await Task.Run(() => SqliteFile.Copy(Path, path), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SqliteException fault)
        {
            throw new StoreException($"the backup to {path} failed: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _unpackings.Keep([]);
        _wholes.Dispose();
        lock (_lock)
        {
            _read.Dispose();
            _reading.Dispose();
        }

        _writing.Dispose();
        _highWater.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Read<T>(Func<SqliteStatements, T> read)
    {
        try
        {
            lock (_lock)
            {
                _read.BeginRead.Run();
                try
                {
                    return read(_read);
                }
                finally
                {
                    _read.Commit.Run();
                }
            }
        }
        catch (SqliteException fault)
        {
            throw new StoreException($"the store could not read: {fault.Message}", fault);
        }
    }

    private void Tell(LogEntry? entry)
    {
        if (entry is not null)
        {
            // A whole zone is applied by whoever follows it, and not on the thread that writes for all.
            _hints.Tell(new Hint(entry.Zone, entry.Epoch, entry.Serial, entry.Change is BatchChange { Changes.Count: > BatchChange.MaxChanges } ? null : entry));
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Epoch NewEpoch() => new((ulong)_random.NextInt64(1, long.MaxValue));
}
