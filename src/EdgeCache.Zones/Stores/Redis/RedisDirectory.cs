using System.Collections.Immutable;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// The zones and their policies in one hash. What was seen once is remembered: a zone that is missing later, and of which the directory does not tell that it was removed, is lost and not unknown, and
/// is put back without a log, so that processes which never saw it know as well. Nothing makes its log anew but <see cref="IZoneStore.OpenEpochAsync"/>. Thread-safe.
/// </summary>
internal sealed partial class RedisDirectory(RedisConnection connection, ILogger log)
{
    /// <summary>Somebody may empty the store between any two steps.</summary>
    private const int MaxAttempts = 5;

    private volatile StoredDirectory? _seen;
    private ImmutableHashSet<string> _others = [];

    /// <summary>A random number that is not zero.</summary>
    public required Func<ulong> NextNumber { get; init; }

    /// <summary>The server's time, Unix milliseconds.</summary>
    public required Func<Task<long>> Now { get; init; }

    /// <summary>What was seen last; null before the first read.</summary>
    public ZoneDirectory? Seen => _seen?.Zones;

    private static RedisKey[] Keys => [RedisKeys.Directory, RedisKeys.Of(ZoneName.Default, "meta")];

    /// <summary>Reads the directory; makes it where there is none and never was, as far as this process knows. Zones that were lost are in it.</summary>
    public async Task<ZoneDirectory> ReadAsync()
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // Read before the question goes out, so that the answer cannot be older.
            var seen = _seen;
            var found = StoredDirectory.Parse(await connection.Database.HashGetAllAsync(RedisKeys.Directory));
            if (found is { Zones.Id: "" })
            {
                await connection.Database.ScriptEvaluateAsync(DirectoryScripts.Name, [RedisKeys.Directory], [NewId()]);
            }
            else if (found is not null && (seen is null || found.GoesOn(seen)))
            {
                Interlocked.CompareExchange(ref _seen, found, seen);
                return found.Zones;
            }
            else if (seen is null)
            {
                await SeedAsync();
            }
            else if (!await TryPutBackAsync(seen, found))
            {
                return found?.With(seen) ?? seen.Zones;
            }
        }

        throw new StoreException($"Redis at {connection.Address} lost the directory while it was read");
    }

    /// <summary>One zone as of now; null when there is none. A zone that was lost is still known.</summary>
    public async Task<ZoneDefinition?> FindAsync(ZoneName zone)
    {
        var fields = await connection.Database.HashGetAsync(RedisKeys.Directory, ["id", StoredDirectory.Field(zone), "version"]);
        if (fields[0].IsNull || fields[1].IsNull || fields[0] != _seen?.Zones.Id)
        {
            return (await ReadAsync()).Find(zone);
        }

        return ZonePolicyJson.Read(fields[1].ToString()) is { } policy ? new ZoneDefinition(zone, policy) : null;
    }

    /// <summary>
    /// True when a zone's log that was made under the directory <paramref name="id"/> may be taken as it is. False: the directory has been read meanwhile, and the log is to be read again, since one that
    /// another node began in an emptied store is not the zone's.
    /// </summary>
    public async ValueTask<bool> OwnsAsync(string id)
    {
        if (id.Length == 0 || _seen is not { } seen || id == seen.Zones.Id || Volatile.Read(ref _others).Contains(id))
        {
            return true;
        }

        if ((await ReadAsync()).Id != id)
        {
            // A directory that was lost alone, or a loss between two steps of a restore: the log is there and is the only one.
            ImmutableInterlocked.Update(ref _others, static (others, other) => others.Add(other), id);
        }

        return false;
    }

    /// <summary>True when the zone is or was in the directory.</summary>
    public async Task<bool> KnowsAsync(ZoneName zone) =>
        Seen?.Find(zone) is not null || await connection.Database.HashExistsAsync(RedisKeys.Directory, StoredDirectory.Field(zone));

    /// <summary>Puts a zone in or replaces its policy.</summary>
    public async Task PutAsync(ZoneDefinition definition)
    {
        RedisValue policy = ZonePolicyJson.Write(definition.Policy);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var id = (await ReadAsync()).Id;
            if ((long)await connection.Database.ScriptEvaluateAsync(DirectoryScripts.Put, [RedisKeys.Directory], [id, definition.Zone.Value, policy]) != 0)
            {
                await ReadAsync();
                return;
            }
        }

        throw new StoreException($"Redis at {connection.Address} lost the directory while zone {definition.Zone} was put into it");
    }

    /// <summary>Takes a zone out; false when it was not in.</summary>
    public async Task<bool> RemoveAsync(ZoneName zone)
    {
        await ReadAsync();
        var removed = (long)await connection.Database.ScriptEvaluateAsync(DirectoryScripts.Remove, [RedisKeys.Directory], [zone.Value, DirectoryScripts.MaxRemoved]);
        await ReadAsync();
        return removed != 0;
    }

    private string NewId() => NextNumber().ToString("x16");

    private async Task SeedAsync() => await connection.Database.ScriptEvaluateAsync(
        DirectoryScripts.Seed,
        Keys,
        [NewId(), StoredDirectory.Field(ZoneName.Default), ZonePolicyJson.Write(ZonePolicy.Standard), new Epoch(NextNumber()).ToString(), SoaSerial.Seed(await Now(), 0)]);

    /// <summary>False when the server does not take it, as a replica would not: what is known goes on to be known here.</summary>
    private async Task<bool> TryPutBackAsync(StoredDirectory seen, StoredDirectory? found)
    {
        RedisValue[] arguments =
        [
            NewId(), seen.Zones.Id, seen.Zones.Version, DirectoryScripts.SeedAge, ZoneName.Default.Value, .. seen.Policies.SelectMany(p => new RedisValue[] { p.Key, p.Value }),
        ];
        try
        {
            var changed = (long)await connection.Database.ScriptEvaluateAsync(DirectoryScripts.PutBack, Keys, arguments);
            if (changed > 0)
            {
                LogLost(log, connection.Address, changed);
            }
        }
        catch (RedisServerException)
        {
            return false;
        }

        // What the other directory had been told of is adopted with its next reading, which now lacks nothing.
        if (found is not null && found.Zones.Id != seen.Zones.Id)
        {
            Interlocked.CompareExchange(ref _seen, seen with { Zones = seen.Zones with { Id = found.Zones.Id } }, seen);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Redis at {Address} was emptied, or is another: zones known here were missing and are store-lost now ({Count} changes of the directory); 'zone restore' opens a new epoch for each")]
    private static partial void LogLost(ILogger log, string address, long count);
}
