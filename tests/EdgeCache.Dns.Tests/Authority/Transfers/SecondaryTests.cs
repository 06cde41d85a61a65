using System.Diagnostics;
using System.Net;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Authority.Notify;
using EdgeCache.Dns.Authority.Transfers;
using EdgeCache.Dns.Authority.Tsig;
using EdgeCache.Dns.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Transfers;

/// <summary>A real BIND as secondary, and dig as a client, of a zone that follows a log.</summary>
public sealed class SecondaryTests : IAsyncDisposable
{
    private const int BindPort = 20_253;

    /// <summary>Rounds of the notifier in a second and a little more.</summary>
    private const int LooksAPause = 6;
    private const string KeyName = "transfer-key";
    private const string Secret = "c2VjcmV0IG9mIHRoZSB0cmFuc2ZlciB0ZXN0IHdpdGggMzI=";
    private static readonly TsigKey Key = TsigKey.Create(KeyName, Secret)!;

    private readonly string _folder = Directory.CreateTempSubdirectory("bind").FullName;
    private readonly LogZones _zone = new("shop.test");
    private readonly CancellationTokenSource _stop = new();
    private DnsAuthority? _authority;
    private DnsServer? _server;
    private Process? _named;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_named is { HasExited: false })
        {
            _named.Kill();
            await _named.WaitForExitAsync();
        }

        _named?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Bind_FollowsThroughChangesAndPurges_EndsIdentical_AndHearsOfNoPurge()
    {
        Programs.Need("named");
        Programs.Need("dig");
        _zone.Commit(LogZones.Batch(LogZones.Put("@", "NS", "ns"), LogZones.Put("ns", "A", "127.0.0.1"), LogZones.Put("n0", "A", "192.0.2.1")));
        var watch = Stopwatch.StartNew();
        int port = await StartAsync(new TransferOptions { Notify = [new Secondary(new IPEndPoint(IPAddress.Loopback, BindPort), Key)], NotifyFrom = IPAddress.Loopback, Keys = [Key], RequireKey = true });
        StartBind(port);
        await Until(async () => await BindSerial() == _zone.State.View.SoaSerial, "the first transfer");
        int whole = Count(await LogAsync(), "requesting AXFR");

        // Not before BIND listens: what it cannot hear is sent all the same.
        _ = _authority!.NotifyAsync(_stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        var random = new Random(5);
        for (int i = 0; i < 1_000; i++)
        {
            string name = $"n{random.Next(200)}";
            _zone.Commit(random.Next(4) == 0 ? LogZones.Delete(name, "A") : LogZones.Put(name, "A", $"192.0.2.{random.Next(250)}\n198.51.100.{random.Next(250)}", 60 + random.Next(2)));
            _zone.Commit(LogZones.Purge());
            if (i % 100 == 50)
            {
                await Task.Delay(700, TestContext.Current.CancellationToken);
            }
        }

        uint serial = _zone.State.View.SoaSerial;
        await Until(async () => await BindSerial() == serial, "the last change");
        string[] ours = Sorted(await Programs.RunAsync("dig", "@127.0.0.1", "-p", $"{port}", "-y", $"hmac-sha256:{KeyName}:{Secret}", "shop.test", "AXFR", "+noall", "+answer"));
        string[] theirs = Sorted(await Programs.RunAsync("dig", "@127.0.0.1", "-p", $"{BindPort}", "shop.test", "AXFR", "+noall", "+answer"));
        Assert.True(ours.Length > 100);
        Assert.Equal(ours, theirs);

        // 1,000 changes are a message a second, and purges alone are none.
        long sent = await SettledAsync();
        Assert.InRange(sent, 2, (long)watch.Elapsed.TotalSeconds + 2);
        for (int i = 0; i < 1_000; i++)
        {
            _zone.Commit(LogZones.Purge());
        }

        Assert.Equal(sent, await SettledAsync());
        Assert.Equal(serial, await BindSerial());
        await Until(async () => Count(await LogAsync(), "received notify") == sent, "each message in BIND's log");
        string log = await LogAsync();
        Assert.Equal(whole, Count(log, "requesting AXFR"));
        Assert.InRange(Count(log, "requesting IXFR"), 1, int.MaxValue);
        Assert.Equal(sent, log.Split('\n').Count(static l => l.Contains("received notify", StringComparison.Ordinal) && l.Contains($"TSIG '{KeyName}'", StringComparison.Ordinal)));

        static int Count(string log, string words) => log.Split('\n').Count(l => l.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dig_SeesTransfersOfOneVersion_SignedAndNot()
    {
        Programs.Need("dig");
        _zone.Commit(LogZones.Batch(LogZones.Put("@", "NS", "ns"), LogZones.Put("ns", "A", "127.0.0.1")));
        _zone.Commit(LogZones.Batch([.. Enumerable.Range(0, 2_000).Select(static i => LogZones.Put($"host{i}", "TXT", $"\"{new string('x', 100)}\""))]));
        uint before = _zone.State.View.SoaSerial;
        _zone.Commit(LogZones.Put("ns", "A", "127.0.0.2"));
        int port = await StartAsync(new TransferOptions { Keys = [Key] });
        string[] dig = ["@127.0.0.1", "-p", $"{port}", "shop.test"];
        string whole = await Programs.RunAsync("dig", [.. dig, "AXFR"]);
        Assert.Contains("XFR size: 2004 records", whole, StringComparison.Ordinal);
        string signed = await Programs.RunAsync("dig", [.. dig, "AXFR", "-y", $"hmac-sha256:{KeyName}:{Secret}"]);
        Assert.Contains("XFR size: 2004 records", signed, StringComparison.Ordinal);
        Assert.DoesNotContain("verify", signed, StringComparison.Ordinal);
        string difference = await Programs.RunAsync("dig", [.. dig, $"IXFR={before}"]);
        Assert.Contains("XFR size: 6 records", difference, StringComparison.Ordinal);
        string current = await Programs.RunAsync("dig", [.. dig, $"IXFR={before + 1}"]);
        Assert.Contains("XFR size: 1 records", current, StringComparison.Ordinal);
        string unknown = await Programs.RunAsync("dig", [.. dig, "IXFR=3"]);
        Assert.Contains("XFR size: 2004 records", unknown, StringComparison.Ordinal);
        string query = await Programs.RunAsync("dig", [.. dig, "SOA", "-y", $"hmac-sha256:{KeyName}:{Secret}"]);
        Assert.Contains("NOERROR", query, StringComparison.Ordinal);
        Assert.Contains("TSIG", query, StringComparison.Ordinal);
        Assert.DoesNotContain("Couldn't verify", query, StringComparison.Ordinal);
        string wrong = await Programs.RunAsync("dig", [.. dig, "SOA", "-y", $"hmac-sha256:{KeyName}:AAAA{Secret[4..]}"]);
        Assert.Contains("BADSIG", wrong, StringComparison.Ordinal);
        string stranger = await Programs.RunAsync("dig", [.. dig, "SOA", "-y", $"hmac-sha256:other:{Secret}"]);
        Assert.Contains("BADKEY", stranger, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transfers_WithoutAccess_AreRefused()
    {
        Programs.Need("dig");
        int port = await StartAsync(new TransferOptions { Allow = [], Keys = [Key] });
        string[] dig = ["@127.0.0.1", "-p", $"{port}", "shop.test"];
        Assert.Contains("Transfer failed", await Programs.RunAsync("dig", [.. dig, "AXFR"]), StringComparison.Ordinal);
        Assert.Contains("Transfer failed", await Programs.RunAsync("dig", [.. dig, "IXFR=1"]), StringComparison.Ordinal);
        Assert.Contains("NXDOMAIN", await Programs.RunAsync("dig", "@127.0.0.1", "-p", $"{port}", "www.shop.test"), StringComparison.Ordinal);
    }

    private static string[] Sorted(string answer) => [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(static l => !l.Contains("TSIG", StringComparison.Ordinal)).Select(static l => string.Join(' ', l.Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries))).Order(StringComparer.Ordinal)];

    private static async Task<uint> BindSerial()
    {
        string answer = await Programs.RunAsync("dig", "@127.0.0.1", "-p", $"{BindPort}", "shop.test", "SOA", "+short", "+tries=1", "+time=1");
        string[] words = answer.Split(' ');
        return words.Length > 2 && uint.TryParse(words[2], out uint serial) ? serial : 0;
    }

    /// <summary>The messages sent, once all were answered and the zones have been looked at for three times the least pause between two messages.</summary>
    private async Task<long> SettledAsync()
    {
        ZoneNotifier notifier = _authority!.Notifier;
        long enough = notifier.Looks + LooksAPause * 3;
        await Until(() => Task.FromResult(!notifier.IsWaiting && notifier.Looks >= enough), "an answer to each message");
        return notifier.Sent;
    }

    private Task<string> LogAsync() => File.ReadAllTextAsync(Path.Combine(_folder, "named.log"), TestContext.Current.CancellationToken);

    private async Task Until(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(60))
            {
                string log = Path.Combine(_folder, "named.log");
                Assert.Fail($"{what} did not arrive:\n{(File.Exists(log) ? await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken) : "no log")}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<int> StartAsync(TransferOptions transfers)
    {
        _authority = new DnsAuthority(new AuthorityOptions { Transfers = transfers }, _zone.Follower, TimeProvider.System);
        _server = new DnsServer(
            "test", new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, _authority, TimeProvider.System, NullLogger<DnsServer>.Instance, null);
        await _server.StartAsync(TestContext.Current.CancellationToken);
        return _server.Endpoints[0].Port;
    }

    private void StartBind(int port)
    {
        string config = Path.Combine(_folder, "named.conf");
        File.WriteAllText(config, $$"""
            options {
                directory "{{_folder}}"; pid-file "{{_folder}}/named.pid"; session-keyfile "{{_folder}}/session.key";
                listen-on port {{BindPort}} { 127.0.0.1; }; listen-on-v6 { none; };
                recursion no; dnssec-validation no; allow-transfer { any; }; notify no;
                serial-query-rate 100; min-refresh-time 1; min-retry-time 1; managed-keys-directory "{{_folder}}";
            };
            controls { };
            key "{{KeyName}}" { algorithm hmac-sha256; secret "{{Secret}}"; };
            logging { channel c { file "{{_folder}}/named.log"; severity debug 1; print-category yes; }; category default { c; }; category xfer-in { c; }; category notify { c; }; };
            zone "shop.test" { type secondary; primaries port {{port}} { 127.0.0.1 key "{{KeyName}}"; }; allow-notify { key "{{KeyName}}"; }; file "{{_folder}}/shop.db"; };
            """);
        _named = Programs.Start("named", "-f", "-c", config);
    }
}
