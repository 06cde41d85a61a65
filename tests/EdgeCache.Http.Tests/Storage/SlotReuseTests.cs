using System.Buffers.Binary;
using System.Text;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Http.Tests.Storage;

/// <summary>
/// A slot is never reused while a reader streams from it. Every body is a sequence that its first bytes determine, and belongs to the key it is found under; writers replace,
/// evict, purge and sweep as fast as they can while readers walk bodies with pauses.
/// </summary>
public sealed class SlotReuseTests
{
    private const int Keys = 400;
    private const int Largest = 60_000;
    private int _read;
    private int _ofDead;

    [Fact]
    public async Task Readers_WhileSlotsAreReusedAsFastAsCanBe_SeeOneBodyFromEndToEnd()
    {
        using var bench = new StoreBench(budget: 4 << 20, time: TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writers = Enumerable.Range(0, 2).Select(i => Start(() => Write(bench, new Random(i), stop.Token)));
        var fillers = Enumerable.Range(0, 1).Select(i => Start(() => FillAsync(bench, new Random(50 + i), stop.Token).GetAwaiter().GetResult()));
        var sweeper = Start(() => Sweep(bench, stop.Token));
        var readers = Enumerable.Range(0, 3).Select(i => Start(() => Read(bench, new Random(100 + i), stop.Token)));
        Task[] all = [.. writers, .. fillers, sweeper, .. readers];

        // A busy machine takes longer to do the same.
        for (var i = 0; i < 1_200 && !all.Any(t => t.IsFaulted) && !(_read > 2_000 && _ofDead > 100 && bench.Store.Counters.Evictions > 1_000); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(all);
        Assert.True(_read > 100 && _ofDead > 5, $"{_read} bodies were read, {_ofDead} of entries that went away meanwhile: nothing was tested");

        // Nothing leaks: when all is purged and nobody reads, no block is left.
        bench.Zone.Floors.Raise([Selector.Everything], PurgeMode.Hard);
        Assert.True(bench.Store.BeginSweep([bench.Zone]).Step(int.MaxValue));
        Assert.Equal((0, 0), (bench.Store.Counters.Entries, bench.Store.Counters.UsedBytes));
    }

    private static Task Start(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string KeyOf(int number) => $"shop.test/{number}";

    /// <summary>The number of the key, a nonce, then bytes that follow from the nonce.</summary>
    private static void Make(Span<byte> body, int key, int nonce)
    {
        BinaryPrimitives.WriteInt32LittleEndian(body, key);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], nonce);
        for (var i = 8; i < body.Length; i++)
        {
            body[i] = At(nonce, i);
        }
    }

    private static byte At(int nonce, int i) => unchecked((byte)((nonce * 31) + (i * 7) + (i >> 8))); // Any sequence will do.

    private static void Write(StoreBench bench, Random random, CancellationToken stop)
    {
        var body = new byte[Largest];
        while (!stop.IsCancellationRequested)
        {
            var key = random.Next(Keys);
            var length = random.Next(3) == 0 ? random.Next(8, Largest) : random.Next(8, 2_000);
            Make(body.AsSpan(0, length), key, random.Next());
            bench.Put(KeyOf(key), body.AsSpan(0, length), tags: [$"t{key % 7}"]);
        }
    }

    private static async Task FillAsync(StoreBench bench, Random random, CancellationToken stop)
    {
        var body = new byte[Largest];
        while (!stop.IsCancellationRequested)
        {
            var key = random.Next(Keys);
            var length = random.Next(8, Largest);
            Make(body.AsSpan(0, length), key, random.Next());
            using var fill = bench.Begin(KeyOf(key), tags: [$"t{key % 7}"]);
            for (var at = 0; at < length;)
            {
                var room = await fill.GetRoomAsync(CancellationToken.None);
                var now = Math.Min(Math.Min(room.Length, 7_000), length - at);
                if (now == 0)
                {
                    break; // Everything is being read: it passes through, and nobody reads it.
                }

                body.AsMemory(at, now).CopyTo(room);
                fill.Advance(now);
                at += now;
            }

            fill.Complete();
        }
    }

    private static void Sweep(StoreBench bench, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            bench.Purge($"t{i % 7}");
            var sweep = bench.Store.BeginSweep([bench.Zone]);
            while (!sweep.Step(100))
            {
                Thread.Yield();
            }

            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
        }
    }

    private void Read(StoreBench bench, Random random, CancellationToken stop)
    {
        var head = new byte[8];
        while (!stop.IsCancellationRequested)
        {
            var key = random.Next(Keys);
            if (bench.Find(KeyOf(key), out var lease) != FindOutcome.Found)
            {
                continue;
            }

            using (lease)
            {
                var at = 0L;
                var nonce = 0;
                var cursor = lease.Body();
                while (cursor.TryReadSpan(out var piece))
                {
                    for (var i = 0; i < piece.Length; i++, at++)
                    {
                        if (at < 8)
                        {
                            head[at] = piece[i];
                            nonce = at == 7 ? BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)) : 0;
                        }
                        else if (piece[i] != At(nonce, (int)at))
                        {
                            Assert.Fail($"byte {at} of {lease.BodyLength} belongs to another body");
                        }
                    }

                    Thread.Yield();
                }

                Assert.Equal(key, BinaryPrimitives.ReadInt32LittleEndian(head));
                Assert.Equal(lease.BodyLength, at);
                Assert.Equal(KeyOf(key), Encoding.UTF8.GetString(lease.Key));
                Interlocked.Add(ref _ofDead, lease.IsCurrent ? 0 : 1);
                Interlocked.Increment(ref _read);
            }
        }
    }
}
