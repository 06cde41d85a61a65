using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeCache.System.Tests.Admin;

/// <summary>Bodies of whole zones that wait for each other: so many and no more.</summary>
public sealed class LongBatchesTests : IDisposable
{
    private const int Port = 21_060;
    private static readonly string Admin = $"http://127.0.0.1:{Port}";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task LongBatch_BeyondTheFourth_IsToldToComeAgain_AndShortOnesAreTaken()
    {
        await using var origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
        using var zone = await _http.PutAsync($"{Admin}/zones/shop.test", Json("{}"), Cancelled);
        Assert.True(zone.IsSuccessStatusCode, $"{zone.StatusCode}");
        var slow = await Task.WhenAll(Enumerable.Range(0, 5).Select(Slow.StartAsync));
        try
        {
            // Whoever came last.
            var refused = await (await Task.WhenAny(slow.Select(s => s.Answer))).WaitAsync(Patience, Cancelled);
            Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
            Assert.Contains("\r\nRetry-After: 5\r\n", refused, StringComparison.Ordinal);
            using var small = await _http.PostAsync($"{Admin}/zones/shop.test/batch", Json(Batch("small", 10)), Cancelled);
            Assert.Equal(HttpStatusCode.OK, small.StatusCode);

            var others = slow.Where(static s => !s.Answer.IsCompleted).ToList();
            Assert.Equal(4, others.Count);
            foreach (var other in others)
            {
                await other.EndAsync();
                Assert.StartsWith("HTTP/1.1 200 ", await other.Answer.WaitAsync(Patience, Cancelled), StringComparison.Ordinal);
            }
        }
        finally
        {
            Array.ForEach(slow, static s => s.Dispose());
        }

        // A place is free a moment after the answer that ends its call.
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(20, Cancelled))
        {
            using var taken = await _http.PostAsync($"{Admin}/zones/shop.test/batch", Json(Batch("last", 400_000)), Cancelled);
            if (taken.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(watch.Elapsed < Patience, $"still {taken.StatusCode}");
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string Batch(string name, int length) => $"{{\"changes\":[{{\"publish\":{{\"name\":\"{name}\",\"type\":\"DOC\",\"value\":\"{new string('x', length)}\"}}}}]}}";

    /// <summary>A long batch of which the last octet is kept back.</summary>
    private sealed class Slow : IDisposable
    {
        private readonly TcpClient _client = new();

        public Task<string> Answer { get; private set; } = Task.FromResult("");

        public static async Task<Slow> StartAsync(int number)
        {
            var slow = new Slow();
            await slow._client.ConnectAsync(IPAddress.Loopback, Port, Cancelled);
            var body = Batch($"slow{number}", 400_000);
            var head = $"POST /zones/shop.test/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
            await slow._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + body[..^1]), Cancelled);
            slow.Answer = slow.ReadAsync();
            return slow;
        }

        public async Task EndAsync() => await _client.GetStream().WriteAsync("}"u8.ToArray(), Cancelled);

        public void Dispose() => _client.Dispose();

        /// <summary>What comes first: the head.</summary>
        private async Task<string> ReadAsync()
        {
            var buffer = new byte[4_096];
            return Encoding.ASCII.GetString(buffer, 0, await _client.GetStream().ReadAsync(buffer, Cancelled));
        }
    }
}
