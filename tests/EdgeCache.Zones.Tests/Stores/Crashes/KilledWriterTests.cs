using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Crashes;

/// <summary>kill -9 of a writing process right after it was told that a publish is committed, again and again on one store: nothing acknowledged is lost.</summary>
public abstract class KilledWriterTests : IDisposable
{
    /// <summary>Kills in a row; a hundred take a minute of a processor, so the suite makes fewer unless told.</summary>
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("EDGECACHE_KILL_ROUNDS"), out var asked) ? asked : 25;

    private readonly Random _chance = new(20);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("edgecache-kill-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static async Task AssertHasAsync(IZoneStore store, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            Assert.Equal(name, Text(await store.FindAsync(ZoneName.Default, new RecordKey(name.ToLowerInvariant(), RecordKey.Doc), Cancel)));
        }
    }

    protected async Task RunAsync(string store, List<string> all, Func<IReadOnlyList<string>, Task> check)
    {
        // The next writer starts while this one writes: only its work on the store is one after the other.
        var next = new CrashingWriter();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                using var writer = next;
                next = new CrashingWriter();
                writer.Begin(store, $"r{round}");
                var names = (await writer.KillAfterAsync(1 + _chance.Next(12))).Select(n => n[..^1]).ToList();
                Assert.NotEmpty(names);
                await check(names);
                all.AddRange(names);
            }
        }
        finally
        {
            next.Dispose();
        }
    }
}
