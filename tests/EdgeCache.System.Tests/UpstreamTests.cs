using System.Diagnostics;
using System.Net;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>An edge before applications nobody wrote for it, with nothing but <c>--upstream</c>.</summary>
public sealed class UpstreamTests : IAsyncDisposable
{
    private const int Files = 2_000;
    private const int AppPort = 21011;
    private const string Edge = "http://127.0.0.1:21010";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-upstream-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private ServedProgram? _edge;
    private Process? _app;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await (_edge?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_app is not null)
        {
            _app.Kill(entireProcessTree: true);
            await _app.WaitForExitAsync();
            _app.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nginx_WithThousandsOfFiles_IsCachedByteForByte()
    {
        WriteFiles(Files);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nginx.conf"),
            $$"""
            daemon off; master_process off; pid {{_folder}}/pid; error_log stderr;
            events {}
            http { access_log off; client_body_temp_path {{_folder}}/b; proxy_temp_path {{_folder}}/p; fastcgi_temp_path {{_folder}}/f; uwsgi_temp_path {{_folder}}/u; scgi_temp_path {{_folder}}/s;
              server { listen 127.0.0.1:{{AppPort}}; root {{_folder}}/www; } }
            """,
            TestContext.Current.CancellationToken);
        await StartAsync("nginx", "-c", Path.Combine(_folder, "nginx.conf"));
        await EveryFileTwiceAsync(Files);
    }

    [Fact]
    public async Task Python_ItsOwnFileServer_IsCachedByteForByte()
    {
        WriteFiles(50);
        await StartAsync("python3", "-m", "http.server", $"{AppPort}", "--bind", "127.0.0.1", "--directory", Path.Combine(_folder, "www"));
        await EveryFileTwiceAsync(50);
    }

    [Fact]
    public async Task Node_ThatIsDownAtFirst_IsServedOnceItIsThere()
    {
        await StartEdgeAsync();
        using (var before = await _http.GetAsync($"{Edge}/", TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.BadGateway, before.StatusCode);
        }

        await StartAsync(
            "node", "-e", $"let n=0;require('http').createServer((q,r)=>{{r.setHeader('Cache-Control','max-age=60');r.end('answer '+(++n)+' to '+q.url)}}).listen({AppPort},'127.0.0.1')");
        Assert.Equal("answer 1 to /a?b=1", await _http.GetStringAsync($"{Edge}/a?b=1", TestContext.Current.CancellationToken));
        Assert.Equal("answer 1 to /a?b=1", await _http.GetStringAsync($"{Edge}/a?b=1", TestContext.Current.CancellationToken));
        Assert.Equal("answer 2 to /a?b=2", await _http.GetStringAsync($"{Edge}/a?b=2", TestContext.Current.CancellationToken));
    }

    private void WriteFiles(int count)
    {
        var www = Directory.CreateDirectory(Path.Combine(_folder, "www")).FullName;
        for (var i = 0; i < count; i++)
        {
            var file = Path.Combine(www, $"{i}.txt");
            File.WriteAllBytes(file, Content(i));
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // Old enough for a heuristic lifetime.
        }
    }

    private static byte[] Content(int i)
    {
        var bytes = new byte[i * 37 % 5_000];
        new Random(i).NextBytes(bytes);
        return bytes;
    }

    private async Task EveryFileTwiceAsync(int count)
    {
        await StartEdgeAsync();
        var hits = 0;
        for (var round = 0; round < 2; round++)
        {
            await Parallel.ForAsync(0, count, async (i, cancellation) =>
            {
                using var answer = await _http.GetAsync($"{Edge}/{i}.txt", cancellation);
                Assert.Equal(Content(i), await answer.Content.ReadAsByteArrayAsync(cancellation));
                Interlocked.Add(ref hits, answer.Headers.GetValues("Cache-Status").Single().Contains("; hit", StringComparison.Ordinal) ? 1 : 0);
            });
        }

        // A starved machine may make the edge doubt its own clock for a moment; then it asks again.
        Assert.InRange(hits, count * 9 / 10, count);
    }

    private async Task StartEdgeAsync() =>
        _edge ??= await ServedProgram.StartAsync(_folder, "ready", "edge", "--listen", Edge, "--upstream", $"http://127.0.0.1:{AppPort}");

    private async Task StartAsync(string program, params string[] arguments)
    {
        Assert.SkipUnless(Repository.OnPath(program) || File.Exists($"/usr/sbin/{program}"), $"{program} is not installed");
        _app = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _app.OutputDataReceived += static (_, _) => { };
        _app.ErrorDataReceived += static (_, _) => { };
        _app.BeginOutputReadLine();
        _app.BeginErrorReadLine();
        for (var left = 600; ; left--)
        {
            try
            {
                using var socket = new global::System.Net.Sockets.TcpClient();
                await socket.ConnectAsync("127.0.0.1", AppPort);
                return;
            }
            catch (global::System.Net.Sockets.SocketException) when (left > 0)
            {
                await Task.Delay(50);
            }
        }
    }
}
