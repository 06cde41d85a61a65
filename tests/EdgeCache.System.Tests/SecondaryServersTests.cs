using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>A real BIND and a real NSD as secondaries of the running origin: NOTIFY, IXFR and AXFR signed with a key that tsig-keygen could have made.</summary>
public sealed partial class SecondaryServersTests : IAsyncDisposable
{
    private const string Admin = "http://127.0.0.1:20960";
    private const int OriginPort = 20_961;
    private const int BindPort = 20_962;
    private const int NsdPort = 20_963;
    private const string Secret = "c2VjcmV0IG9mIHRoZSB0cmFuc2ZlciB0ZXN0IHdpdGggMzI=";
    private const string NsdSecret = "YW5vdGhlciBzZWNyZXQsIGZvciB0aGUgb3RoZXIgb25lICE=";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;
    private readonly List<Process> _servers = [];
    private readonly HttpClient _http = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            if (!server.HasExited)
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync();
            }

            server.Dispose();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task BindAndNsd_FollowAThousandChangesAndPurges_EndIdentical_AndHearOfNoPurge()
    {
        Need("named", "nsd", "dig");
        File.WriteAllText(Path.Combine(_folder, "key"), KeyClause("transfer", Secret) + KeyClause("for-nsd", NsdSecret));
        File.WriteAllText(Path.Combine(_folder, "zone"), "$TTL 300\n@ SOA ns hostmaster 2024010101 3600 900 604800 60\n@ NS ns\nns A 127.0.0.1\nwww A 192.0.2.1\nMy\\032Printer A 192.0.2.7\na\\.b TXT x\n\\200\\000 TXT x\n0/26 NS ns\n");
        await using var origin = await ServedProgram.StartAsync(
            _folder, "(admin) ready", "origin", "--admin", Admin, "--dns", $"127.0.0.1:{OriginPort}", "--zone-file", "shop.test=zone",
            "--tsig-key", "key", "--notify", $"127.0.0.1:{BindPort},127.0.0.1:{NsdPort}=for-nsd");
        StartBind();
        StartNsd();
        var first = await SerialAsync(OriginPort);
        Assert.True(first >= 2024010101);
        await ArriveAsync(first);

        var random = new Random(5);
        for (var i = 0; i < 1_000; i++)
        {
            var name = i % 10 == 0 ? $"%5C{random.Next(256):D3}n%5C." : $"n{random.Next(200)}";
            using var answer = random.Next(4) == 0
                ? await _http.DeleteAsync($"{Admin}/zones/shop.test/records/{name}/A", Cancelled)
                : await _http.PutAsync($"{Admin}/zones/shop.test/records/{name}/A", new StringContent($"192.0.2.{random.Next(250)}\n198.51.100.{random.Next(250)}"), Cancelled);
            Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound, $"{answer.StatusCode}");
            await PurgeAsync(i);
        }

        var serial = await SerialAsync(OriginPort);
        await ArriveAsync(serial);
        var ours = await TransferAsync(OriginPort, "-y", $"hmac-sha256:transfer:{Secret}");
        Assert.True(ours.Length > 100);
        Assert.Contains(@"my\032printer.shop.test. 300 IN A 192.0.2.7", ours.Select(static l => l.ToLowerInvariant().Replace(" in ", " IN ", StringComparison.Ordinal).Replace(" a ", " A ", StringComparison.Ordinal)));
        Assert.Equal(ours, await TransferAsync(BindPort));
        Assert.Equal(ours, await TransferAsync(NsdPort));

        // Purges alone, then one change: nothing but that change is heard of.
        var heard = Notified().Count;
        for (var i = 0; i < 1_000; i++)
        {
            await PurgeAsync(i);
        }

        Assert.Equal(serial, await SerialAsync(OriginPort));
        using var last = await _http.PutAsync($"{Admin}/zones/shop.test/records/last/TXT", new StringContent("\"the last\""), Cancelled);
        Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        await ArriveAsync(serial + 1);
        Assert.All(Notified().Skip(heard), s => Assert.Equal(serial + 1, s));
        Assert.Equal(serial + 1, await SerialAsync(OriginPort));

        var log = await File.ReadAllTextAsync(Path.Combine(_folder, "named.log"), Cancelled);
        Assert.Single(Regex.Matches(log, "requesting AXFR"));
        Assert.NotEmpty(Regex.Matches(log, "requesting IXFR"));
        Assert.Contains("Transfer failed", string.Join('\n', await DigAsync(OriginPort, "shop.test", "AXFR")), StringComparison.Ordinal);
    }

    private async Task PurgeAsync(int i)
    {
        using var answer = await _http.PostAsJsonAsync($"{Admin}/purge", new { zone = "shop.test", select = new[] { new { tag = $"t{i}" } } }, Cancelled);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }

    /// <summary>The serials that BIND was notified of, in order.</summary>
    private List<uint> Notified() =>
        [.. NotifyLine().Matches(File.ReadAllText(Path.Combine(_folder, "named.log"))).Select(static m => uint.Parse(m.Groups[1].Value, null))];

    private static async Task ArriveAsync(uint serial)
    {
        foreach (var port in (int[])[BindPort, NsdPort])
        {
            var watch = Stopwatch.StartNew();
            while (await SerialAsync(port) != serial)
            {
                Assert.True(watch.Elapsed < Patience, $"serial {serial} did not arrive at {port}");
                await Task.Delay(100, Cancelled);
            }
        }
    }

    private static async Task<uint> SerialAsync(int port)
    {
        var words = string.Join(' ', await DigAsync(port, "shop.test", "SOA", "+short", "+tries=1", "+time=2")).Split(' ');
        return words.Length > 2 && uint.TryParse(words[2], out var serial) ? serial : 0;
    }

    private static async Task<string[]> TransferAsync(int port, params string[] more) =>
        [.. (await DigAsync(port, ["shop.test", "AXFR", "+noall", "+answer", .. more]))
            .Select(static l => string.Join(' ', l.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries))).Order(StringComparer.Ordinal)];

    private static async Task<string[]> DigAsync(int port, params string[] arguments)
    {
        using var dig = Process.Start(new ProcessStartInfo("dig", ["@127.0.0.1", "-p", $"{port}", .. arguments]) { RedirectStandardOutput = true })!;
        var output = await dig.StandardOutput.ReadToEndAsync(Cancelled);
        await dig.WaitForExitAsync(Cancelled);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Need(params string[] programs)
    {
        foreach (var program in programs)
        {
            Assert.SkipUnless(Find(program) is not null, $"{program} is not installed");
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    private void Start(string program, params string[] arguments) => _servers.Add(Process.Start(new ProcessStartInfo(Find(program)!, arguments))!);

    private void StartBind()
    {
        var file = Path.Combine(_folder, "named.conf");
        File.WriteAllText(file, $$"""
            options {
                directory "{{_folder}}"; pid-file "{{_folder}}/named.pid"; session-keyfile "{{_folder}}/session.key"; managed-keys-directory "{{_folder}}";
                listen-on port {{BindPort}} { 127.0.0.1; }; listen-on-v6 { none; };
                recursion no; dnssec-validation no; allow-transfer { any; }; notify no; serial-query-rate 100; min-refresh-time 1; min-retry-time 1;
            };
            controls { };
            include "{{_folder}}/key";
            logging { channel c { file "{{_folder}}/named.log"; severity debug 1; }; category default { c; }; category xfer-in { c; }; category notify { c; }; };
            zone "shop.test" { type secondary; primaries port {{OriginPort}} { 127.0.0.1 key "transfer"; }; file "{{_folder}}/bind.db"; };
            """);
        Start("named", "-f", "-c", file);
    }

    private static string KeyClause(string name, string secret) => $"key \"{name}\" {{\n\talgorithm hmac-sha256;\n\tsecret \"{secret}\";\n}};\n";

    private void StartNsd()
    {
        var file = Path.Combine(_folder, "nsd.conf");
        File.WriteAllText(file, $"""
            server:
              ip-address: 127.0.0.1@{NsdPort}
              username: ""
              zonesdir: "{_folder}"
              pidfile: "{_folder}/nsd.pid"
              zonelistfile: "{_folder}/nsd.zones"
              xfrdfile: "{_folder}/nsd.xfrd"
              xfrdir: "{_folder}"
              logfile: "{_folder}/nsd.log"
              database: ""
              server-count: 1
              rrl-ratelimit: 0
              verbosity: 1
            remote-control:
              control-enable: no
            key:
              name: "for-nsd"
              algorithm: hmac-sha256
              secret: "{NsdSecret}"
            zone:
              name: "shop.test"
              zonefile: "nsd.db"
              allow-notify: 127.0.0.1 for-nsd
              request-xfr: 127.0.0.1@{OriginPort} for-nsd
              provide-xfr: 127.0.0.1 NOKEY
            """);
        Start("nsd", "-d", "-c", file);
    }

    [GeneratedRegex(@"notify from 127\.0\.0\.1#\d+: serial (\d+)")]
    private static partial Regex NotifyLine();
}
