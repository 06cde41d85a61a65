using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

/// <summary>One answer as it came.</summary>
internal sealed record RawAnswer(string Head, byte[] Body)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);

    public bool IsHit => Field("Cache-Status")?.Contains("; hit", StringComparison.Ordinal) == true;

    public string? Field(string name) => Head.Split("\r\n").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}

/// <summary>Reads answers off a socket, in order, by Content-Length or chunks.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly List<byte> _read = [];

    public Socket Socket => socket;

    public static string Get(string path, string more = "") => $"GET {path} HTTP/1.1\r\nHost: shop.test\r\n{more}\r\n";

    public async Task SendAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience);
        }
    }

    public async Task<RawAnswer> ReceiveAsync()
    {
        int end;
        while ((end = Encoding.Latin1.GetString([.. _read]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            await MoreAsync();
        }

        var head = Encoding.Latin1.GetString([.. _read[..end]]);
        _read.RemoveRange(0, end + 4);
        var answer = new RawAnswer(head, []);
        return answer with { Body = answer.Field("Transfer-Encoding") == "chunked" ? await ChunksAsync() : await TakeAsync(int.Parse(answer.Field("Content-Length") ?? "0", System.Globalization.CultureInfo.InvariantCulture)) };
    }

    /// <summary>True when the peer closes without another byte.</summary>
    public async Task<bool> IsClosedAsync() => _read.Count == 0 && await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience) == 0;

    public void Dispose() => socket.Dispose();

    private async Task<byte[]> ChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            int end;
            while ((end = _read.IndexOf((byte)'\n')) < 0)
            {
                await MoreAsync();
            }

            var length = Convert.ToInt32(Encoding.ASCII.GetString([.. _read[..(end - 1)]]), 16);
            _read.RemoveRange(0, end + 1);
            body.AddRange(await TakeAsync(length));
            await TakeAsync(2);
            if (length == 0)
            {
                return [.. body];
            }
        }
    }

    private async Task<byte[]> TakeAsync(int length)
    {
        while (_read.Count < length)
        {
            await MoreAsync();
        }

        byte[] taken = [.. _read[..length]];
        _read.RemoveRange(0, length);
        return taken;
    }

    private async Task MoreAsync()
    {
        var buffer = new byte[64 * 1024];
        var got = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience);
        Assert.True(got > 0, "the connection was closed in the middle of an answer");
        _read.AddRange(buffer.AsSpan(0, got));
    }
}
