using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using EdgeCache.Zones.Stores.Sqlite;
using EdgeCache.Zones.Tests.Stores.Redis;
using Microsoft.Data.Sqlite;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Benchmarks;

/// <summary>
/// Writing speed against a bare peer in the same run, best of three. Not part of the suite: run the test program with <c>-explicit only -class *StoreSpeed</c>, built with
/// <c>-c Release</c>, on a machine that does nothing else.
/// </summary>
public sealed partial class StoreSpeed : IDisposable
{
    private const int Writers = 64;
    private const int Commits = 20_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-speed-").FullName;
    private readonly byte[] _value = new byte[200];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public async Task Sqlite_64WritersInProcess_AtLeastSixTenthsOfABareLoopInBatchesOf64()
    {
        var (ours, bare) = (0.0, 0.0);
        for (var round = 0; round < 3; round++)
        {
            await using var store = await SqliteZoneStore.OpenAsync(Path.Combine(_folder, $"s{round}"), TimeProvider.System, new Random(1), "", Cancel);
            await store.PutZoneAsync(Zone(), Cancel);
            ours = Math.Max(ours, await RateAsync(store, $"a{round}"));
            bare = Math.Max(bare, BareLoop(store.Path, round));
        }

        Say($"SQLite: 64 writers {ours:0} commits/s, bare loop in batches of 64 {bare:0} rows of every table/s, ratio {ours / bare:0.00}");
        Assert.True(ours >= 0.6 * bare);
    }

    [Fact(Explicit = true)]
    public async Task Redis_64Writers_AtLeastHalfOfRedisBenchmarkWithTheSameScript()
    {
        foreach (var fsync in new[] { "always", "everysec" })
        {
            using var server = new RedisServer("--appendfsync", fsync).Start();
            await using var store = await server.OpenStoreAsync();
            await store.PutZoneAsync(Zone(), Cancel);
            var (ours, peer) = (0.0, 0.0);
            for (var round = 0; round < 3; round++)
            {
                ours = Math.Max(ours, await RateAsync(store, $"a{round}"));
                peer = Math.Max(peer, Benchmark(server));
            }

            Say($"Redis, appendfsync {fsync}: 64 writers {ours:0} commits/s, redis-benchmark -c 64 with the same script {peer:0}/s, ratio {ours / peer:0.00}");
            Assert.True(ours >= 0.5 * peer);
        }
    }

    private async Task<double> RateAsync(IZoneStore store, string prefix)
    {
        var next = 0;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i <= Commits)
            {
                var result = await store.PutAsync(Write(Value(new RecordKey($"{prefix}-{i % 5_000}", RecordKey.Doc), "", i) with { Value = _value }, new Guard(GuardKind.Newer)));
                Assert.Equal(CommitOutcome.Committed, result.Outcome);
            }
        })));
        return Commits / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The same rows (log, record, history, change id, zone) into a database with the same tables, by prepared statements, 64 a transaction.</summary>
    private double BareLoop(string like, int round)
    {
        var path = Path.Combine(_folder, $"bare{round}.db");
        using var connection = SqliteFile.Open(path, check: true);
        using var addZone = Prepared(connection, "INSERT INTO zones VALUES ($1, 1, 1, 0, 0, $2)", "shop.test", 1L);
        addZone.ExecuteNonQuery();
        var (entry, state) = (new byte[_value.Length + 130], new byte[_value.Length + 60]);
        using var begin = Prepared(connection, "BEGIN IMMEDIATE");
        using var commit = Prepared(connection, "COMMIT");
        using var history = Prepared(connection, "INSERT INTO history VALUES ($1, $2, $3, $4, $5, $6)", 1L, "", "DOC", 0L, state, DBNull.Value);
        using var record = Prepared(connection, "INSERT INTO records VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET state = excluded.state, dead = excluded.dead", 1L, "", "DOC", state, DBNull.Value);
        using var log = Prepared(connection, "INSERT INTO log VALUES ($1, $2, $3, $4)", 1L, 0L, 0L, entry);
        using var move = Prepared(connection, "UPDATE zones SET serial = $2, nonce = $3, soa = $4 WHERE id = $1", 1L, 0L, 0L, 1L);
        using var change = Prepared(connection, "INSERT OR REPLACE INTO changes VALUES ($1, $2, $3, $4, $5, $6)", 1L, "", 0L, 0L, 0L, "c");
        var began = Stopwatch.GetTimestamp();
        for (var i = 1; i <= Commits;)
        {
            begin.ExecuteNonQuery();
            for (var end = Math.Min(Commits, i + 63); i <= end; i++)
            {
                Execute(history, (1, $"b-{i % 5_000}"), (3, (long)i));
                Execute(record, (1, $"b-{i % 5_000}"));
                Execute(log, (1, (long)i), (2, (long)i));
                Execute(move, (1, (long)i), (2, (long)i));
                Execute(change, (1, $"change-{i}"), (2, (long)i), (4, (long)i));
            }

            commit.ExecuteNonQuery();
        }

        Assert.True(File.Exists(like));
        return Commits / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static SqliteCommand Prepared(SqliteConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        }

        command.Prepare();
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<(int Place, object Value)> changed)
    {
        foreach (var (place, value) in changed)
        {
            command.Parameters[place].Value = value;
        }

        command.ExecuteNonQuery();
    }

    /// <summary>The store's own script with one commit's arguments, its check of the head made to hold and the entry's id left to Redis, since redis-benchmark sends one text.</summary>
    private static double Benchmark(RedisServer server)
    {
        var script = RedisScripts.Commit
            .Replace("~= ARGV[2]", "== ''", StringComparison.Ordinal).Replace("~= ARGV[3]", "== ''", StringComparison.Ordinal).Replace("~= ARGV[4]", "== ''", StringComparison.Ordinal)
            .Replace("~= ARGV[1]", "== ''", StringComparison.Ordinal).Replace("'XADD', KEYS[2], id,", "'XADD', KEYS[2], '*',", StringComparison.Ordinal);
        var sha = server.Cli("SCRIPT", "LOAD", script);
        server.Cli("DEL", "ec:{b}:log");
        server.Cli("HSET", "ec:{b}:meta", "epoch", "1", "serial", "1", "nonce", "1");
        string[] keys = [.. new[] { "meta", "log", "rec", "names", "ids", "idage", "tomb", "seq" }.Select(k => $"ec:{{b}}:{k}")];
        var (state, entry) = (new string('s', 260), new string('e', 330));
        string[] arguments =
        [
            "run", "1", "1", "1", "2", "2", "1", "1000000", "0", "100000", "0", "ec:{b}:hist:", "ec:{b}:hint", "0",
            "1", "1-0", entry, "1000000", "1", entry, "1", "name__rand_int__", state, "", "0", "1", "name__rand_int__", state, "32", "1", "change__rand_int__", entry, "1000000000", "0",
        ];
        using var benchmark = Process.Start(new ProcessStartInfo(
            "redis-benchmark", ["-p", $"{server.Port}", "-c", $"{Writers}", "-n", $"{Commits}", "-r", "5000", "-q", "EVALSHA", sha, $"{keys.Length}", .. keys, .. arguments])
        { RedirectStandardOutput = true })!;
        var text = benchmark.StandardOutput.ReadToEnd();
        benchmark.WaitForExit();
        return double.Parse(Rate().Matches(text)[^1].Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Say(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Console.Out.WriteLine(line);
    }

    [GeneratedRegex(@"([0-9.]+) requests per second")]
    private static partial Regex Rate();
}
