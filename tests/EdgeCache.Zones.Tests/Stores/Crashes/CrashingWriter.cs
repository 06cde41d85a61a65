using System.Diagnostics;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using EdgeCache.Zones.Stores.Sqlite;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCache.Zones.Tests.Stores.Crashes;

/// <summary>
/// A process that publishes as fast as it can and prints each name after the store acknowledged it, to be killed at any moment. It is this test program started once more; it
/// begins when it is told where the store is, so that its start costs a round nothing.
/// </summary>
internal sealed class CrashingWriter : IDisposable
{
    private const string Variable = "EDGECACHE_TEST_WRITER";
    private const int Writers = 8;
    private readonly Process _process;

    /// <summary>True in a process that is one.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable(Variable) is not null;

    public CrashingWriter()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true }; // a test host has a path
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CrashingWriter).Assembly.Location);
        }

        start.Environment[Variable] = "1";
        _process = Process.Start(start)!;
    }

    /// <summary>Lets it begin on a store: a folder, or <c>redis</c> and an address. Names begin with <paramref name="prefix"/>.</summary>
    public void Begin(string store, string prefix) => _process.StandardInput.WriteLine($"{store} {prefix}");

    /// <summary>Reads acknowledged names until there are so many; kills it right after the last; gives back all that it had printed.</summary>
    public async Task<IReadOnlyList<string>> KillAfterAsync(int acknowledged)
    {
        var names = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (names.Count < acknowledged && await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            names.Add(line);
        }

        _process.Kill(); // SIGKILL
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            names.Add(line);
        }

        await _process.WaitForExitAsync();

        // The last line may have been cut in the middle of its name.
        return [.. names.Where(n => n.EndsWith('.'))];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>Works until it is killed.</summary>
    public static async Task RunAsync()
    {
        if (Console.In.ReadLine()?.Split(' ') is not [.. var where, var prefix])
        {
            return;
        }

        IZoneStore store = where is ["redis", var address]
            ? new RedisZoneStore(new RedisStoreOptions { Connection = address, Durability = RedisDurability.Fsync }, new Random(), NullLogger<RedisZoneStore>.Instance)
            : await SqliteZoneStore.OpenAsync(where[0], TimeProvider.System, new Random(), "", CancellationToken.None);
        var publisher = new ZonePublisher(store, TimeProvider.System, new Random(), prefix);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => WriteAsync(publisher, $"{prefix}-{w}"))));
    }

    private static async Task WriteAsync(ZonePublisher publisher, string prefix)
    {
        for (var i = 0; ; i++)
        {
            var name = $"{prefix}-{i}";
            var publish = new RecordPublish { Key = new RecordKey(name, RecordKey.Doc), Value = System.Text.Encoding.UTF8.GetBytes(name) };
            var result = await publisher.PublishAsync(ZoneName.Default, publish, default, CancellationToken.None);
            if (result.Outcome == WriteOutcome.Committed)
            {
                Console.Out.WriteLine(name + '.');
            }
            else
            {
                await Task.Delay(5);
            }
        }
    }
}
