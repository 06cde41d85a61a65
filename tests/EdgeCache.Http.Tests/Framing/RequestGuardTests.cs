using System.IO.Pipelines;
using System.Text;
using EdgeCache.Http.Framing;
using Xunit;

namespace EdgeCache.Http.Tests.Framing;

public sealed class RequestGuardTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\n\n\0\0";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\0\n\0\r\n0\r\n\r\n";
    private const string Bad = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx";

    private readonly Pipe _input = new(new PipeOptions(minimumSegmentSize: 16, useSynchronizationContext: false));
    private readonly Pipe _output = new(new PipeOptions(useSynchronizationContext: false));
    private readonly RequestGuard _guard;

    public RequestGuardTests() => _guard = new RequestGuard(_input.Reader, p => Encoding.ASCII.GetBytes($"refused {p.Text()}"), _output.Writer);

    [Theory]
    [InlineData(Get + Post + Chunked + Get)]
    [InlineData("\r\n" + Get + "\r\n\r\n" + Post)]
    public async Task Read_OfSoundRequests_PassesThemUnchanged_HoweverTheyAreCut(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        foreach (var size in (int[])[1, 3, 7, bytes.Length])
        {
            var input = new Pipe(new PipeOptions(minimumSegmentSize: 16, useSynchronizationContext: false));
            var guard = new RequestGuard(input.Reader, _ => default, _output.Writer);
            var got = new List<byte>();
            for (var at = 0; at < bytes.Length; at += size)
            {
                await input.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), Cancel);
                Take(guard, got);
            }

            Assert.Equal(text, Encoding.ASCII.GetString([.. got]));
        }
    }

    [Fact]
    public async Task Read_OfALongBodyInManyPiecesWithItsHead_PassesIt()
    {
        var text = $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {1 << 20}\r\n\r\n{new string('x', 1 << 20)}";
        var input = new Pipe(new PipeOptions(minimumSegmentSize: 4096, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var guard = new RequestGuard(input.Reader, _ => default, _output.Writer);
        foreach (var piece in text.Chunk(4096))
        {
            await input.Writer.WriteAsync(Encoding.ASCII.GetBytes(piece), Cancel);
        }

        var read = await guard.ReadAsync(Cancel);

        Assert.Equal(text.Length, read.Buffer.Length);
    }

    [Fact]
    public async Task Read_OfAHeadWithoutEnd_Refuses()
    {
        var input = new Pipe(new PipeOptions(minimumSegmentSize: 4096, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var guard = new RequestGuard(input.Reader, p => Encoding.ASCII.GetBytes(p.Text()), _output.Writer);
        await input.Writer.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 1 << 20)}"), Cancel);

        var read = await guard.ReadAsync(Cancel);

        Assert.Equal((true, true), (read.IsCompleted, read.Buffer.IsEmpty));
        Assert.Equal("head-too-large", await AnswerAsync());
    }

    [Fact]
    public async Task Read_OfABadHead_AnswersAndEnds()
    {
        await WriteAsync(Bad);

        var read = await _guard.ReadAsync(Cancel);

        Assert.Equal((true, true), (read.IsCompleted, read.Buffer.IsEmpty));
        Assert.Equal("refused content-length", await AnswerAsync());
        _guard.AdvanceTo(read.Buffer.End);
        Assert.True((await _guard.ReadAsync(Cancel)).IsCompleted);
    }

    [Fact]
    public async Task Read_OfABadHeadBehindASoundRequest_LetsThatOneThroughFirst()
    {
        await WriteAsync(Post + Bad);

        var read = await _guard.ReadAsync(Cancel);
        Assert.False(read.IsCompleted);
        _guard.AdvanceTo(read.Buffer.GetPosition(Post.Length));

        read = await _guard.ReadAsync(Cancel);
        Assert.Equal((true, true), (read.IsCompleted, read.Buffer.IsEmpty));
        Assert.Equal("refused content-length", await AnswerAsync());
    }

    [Fact]
    public async Task Read_OfABadHeadPartlyTaken_GivesTheServerSomethingToRefuse()
    {
        await WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n");
        var read = await _guard.ReadAsync(Cancel);
        _guard.AdvanceTo(read.Buffer.GetPosition(16), read.Buffer.End);
        await WriteAsync("Content-Length: +1\r\n\r\n");

        read = await _guard.ReadAsync(Cancel);

        Assert.Equal(":\r\n\r\n", Encoding.ASCII.GetString(read.Buffer.FirstSpan));
        Assert.True(read.IsCompleted);
    }

    [Fact]
    public async Task Read_OfABadChunk_EndsTheBody()
    {
        await WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        var read = await _guard.ReadAsync(Cancel);
        _guard.AdvanceTo(read.Buffer.End);
        await WriteAsync("3;\0\r\nabc\r\n");

        read = await _guard.ReadAsync(Cancel);

        Assert.Equal((true, true), (read.IsCompleted, read.Buffer.IsEmpty));
    }

    [Fact]
    public async Task Listed_IsOfTheRequestUnderWay()
    {
        await WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\n\r\n" + Get);
        var read = await _guard.ReadAsync(Cancel);
        Assert.Equal("X-Hop", _guard.Listed);
        _guard.AdvanceTo(read.Buffer.GetPosition(read.Buffer.Length - Get.Length));

        await _guard.ReadAsync(Cancel);

        Assert.Null(_guard.Listed);
    }

    [Fact]
    public async Task Release_AfterAProtocolSwitch_LooksAtNothing()
    {
        await WriteAsync(Get);
        var read = await _guard.ReadAsync(Cancel);
        _guard.Release();
        _guard.AdvanceTo(read.Buffer.End);
        await WriteAsync("\0\n\n\0");

        read = await _guard.ReadAsync(Cancel);

        Assert.Equal(4, read.Buffer.Length);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task WriteAsync(string text) => await _input.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel);

    private async Task<string> AnswerAsync()
    {
        var read = await _output.Reader.ReadAsync(Cancel);
        return Encoding.ASCII.GetString(read.Buffer.FirstSpan);
    }

    /// <summary>Byte by byte, never waiting for more than there is.</summary>
    private static void Take(RequestGuard guard, List<byte> got)
    {
        while (guard.TryRead(out var read))
        {
            Assert.False(read.IsCompleted);
            var first = read.Buffer.Slice(0, Math.Min(1, read.Buffer.Length));
            got.AddRange([.. first.FirstSpan]);
            guard.AdvanceTo(first.End, first.End);
            if (read.Buffer.Length == 1)
            {
                break;
            }
        }
    }
}
