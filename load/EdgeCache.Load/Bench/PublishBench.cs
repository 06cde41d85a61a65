using System.Diagnostics;
using System.Globalization;
using EdgeCache.Load.Topology;
using Microsoft.Data.Sqlite;

namespace EdgeCache.Load.Bench;

/// <summary>Publishing records through the admin API into the embedded store, beside a bare SQLite loop with the same durability (WAL, synchronous=FULL).</summary>
internal static class PublishBench
{
    private const int AtOnce = 64;
    private const int ValueBytes = 100;
    private const int RateLimit = 1_000_000;

    public static async Task<string> RunAsync(BenchPlan plan, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("edgecache-bench-").FullName;
        var admin = LoopbackPort.Free();
        try
        {
            // One caller is to write as fast as it can: the limit for each caller, 5,000 a second, would be what is measured.
            var settings = Path.Combine(folder, "origin.json");
            await File.WriteAllTextAsync(
                settings, $$$"""{ "store": { "data": "data" }, "origin": { "admin": { "listen": "http://127.0.0.1:{{{admin}}}", "rateLimit": {{{RateLimit}}} } } }""", cancellation);
            await using var origin = await PinnedProcess.StartAsync("origin", [.. plan.Program, "--config", settings], folder, admin, plan.ServerCpu, cancellation);
            using var publisher = new EdgeCachePublisher(admin, TimeSpan.FromMinutes(1));
            await publisher.CreateZoneAsync("bench.test", cancellation);
            var board = new ScoreBoard("Publish, embedded store", $"{ValueBytes} B records; both on one disk, SQLite with WAL and synchronous=FULL; µs are the latency of one write.");
            for (var round = 0; round <= plan.Rounds; round++)
            {
                // Round 0 is the warm-up.
                await TurnAsync("bare SQLite, 1 a commit", () => Task.FromResult(Bare(folder, 1, plan.Seconds)));
                await TurnAsync("edgecache, one after the other", () => OursAsync(publisher, 1, plan.Seconds, cancellation));
                await TurnAsync($"bare SQLite, {AtOnce} a commit", () => Task.FromResult(Bare(folder, AtOnce, plan.Seconds)));
                await TurnAsync($"edgecache, {AtOnce} at once", () => OursAsync(publisher, AtOnce, plan.Seconds, cancellation));

                async Task TurnAsync(string name, Func<Task<Score>> turn)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var score = await turn();
                    if (round > 0)
                    {
                        board.Add(name, score);
                        plan.Say($"round {round}, {name}: {score.PerSecond:N0}/s");
                    }
                }
            }

            return board.ToString();
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Score> OursAsync(EdgeCachePublisher publisher, int atOnce, double seconds, CancellationToken cancellation)
    {
        var latency = Measuring.Recorder.NewHistogram();
        var (clock, written, value) = (Stopwatch.StartNew(), 0L, new string('x', ValueBytes));
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async writer =>
        {
            for (var i = 0; clock.Elapsed.TotalSeconds < seconds; i++)
            {
                var from = Stopwatch.GetTimestamp();
                var outcome = await publisher.PublishDocumentAsync("bench.test", $"w{writer}-{i % 1000}", value, null, cancellation);
                if (outcome.Error is { } error)
                {
                    throw new InvalidOperationException($"a publish was refused: {error}");
                }

                lock (latency)
                {
                    latency.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - from));
                    written++;
                }
            }
        }));
        return Score(written, clock.Elapsed.TotalSeconds, latency);
    }

    // The record, and the log entry beside it, as any such store must write them.
    private static Score Bare(string folder, int perCommit, double seconds)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "bare.db")}");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS record(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID; CREATE TABLE IF NOT EXISTS log(serial INTEGER PRIMARY KEY, entry BLOB);");
        using var record = connection.CreateCommand();
        record.CommandText = "INSERT INTO record VALUES($n, $v) ON CONFLICT(name) DO UPDATE SET value=$v; INSERT INTO log(entry) VALUES($v);";
        var (name, value) = (record.Parameters.Add("$n", SqliteType.Text), record.Parameters.Add("$v", SqliteType.Blob));
        value.Value = new byte[ValueBytes];
        var latency = Measuring.Recorder.NewHistogram();
        var (clock, written) = (Stopwatch.StartNew(), 0L);
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var from = Stopwatch.GetTimestamp();
            using var transaction = connection.BeginTransaction();
            record.Transaction = transaction;
            for (var i = 0; i < perCommit; i++)
            {
                name.Value = string.Create(CultureInfo.InvariantCulture, $"n{written++ % 64_000}");
                record.ExecuteNonQuery();
            }

            transaction.Commit();
            latency.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - from));
        }

        return Score(written, clock.Elapsed.TotalSeconds, latency);
    }

    private static Score Score(long written, double seconds, HdrHistogram.LongHistogram latency) =>
        new(written / seconds, double.NaN, latency.GetValueAtPercentile(50) * 1e6 / Stopwatch.Frequency, latency.GetValueAtPercentile(99) * 1e6 / Stopwatch.Frequency);

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
