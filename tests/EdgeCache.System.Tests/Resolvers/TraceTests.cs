using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>Real <c>dig +trace</c> walks the hierarchy in a network of its own, where port 53 is free and this resolver is the system's.</summary>
public sealed class TraceTests : IDisposable
{
    private const string Soa = "@ 3600 SOA ns.test. h.test. 1 3600 600 86400 60\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-trace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task DigTrace_InANetworkNamespace_WalksFromTheRootToTheAnswer()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        Assert.SkipUnless(Repository.OnPath("unshare") && (await RunAsync("unshare", "-n", "-m", "ip", "link", "set", "lo", "up")).Exit == 0, "no network namespace can be made here");
        Write("root.zone", $"{Soa}@ 3600 NS ns.root-servers.test.\ntest 3600 NS ns.test.\nns.test 3600 A 127.0.0.12\n");
        Write("test.zone", $"{Soa}@ 3600 NS ns.test.\nns 3600 A 127.0.0.12\nns.root-servers 3600 A 127.0.0.11\nshop 3600 NS ns.shop.test.\nns.shop 3600 A 127.0.0.13\n");
        Write("shop.zone", $"{Soa}@ 3600 NS ns.shop.test.\nns 3600 A 127.0.0.13\nwww 300 A 192.0.2.77\n");
        Write("resolv.conf", "nameserver 127.0.0.1\n");
        Write(
            "all.json",
            """
            {
              "zones": { ".": {}, "test": {}, "shop.test": {} },
              "origin": {
                "admin": { "listen": "http://127.0.0.1:9080" },
                "dns": [ { "listen": "127.0.0.11:53", "zones": ["."] }, { "listen": "127.0.0.12:53", "zones": ["test"] }, { "listen": "127.0.0.13:53", "zones": ["shop.test"] } ],
                "zoneFiles": { ".": "root.zone", "test": "test.zone", "shop.test": "shop.zone" }
              },
              "resolvers": [ { "listen": ["127.0.0.1:53"], "hintAddresses": ["127.0.0.11"] } ]
            }
            """);
        Write(
            "walk.sh",
            $$"""
            ip link set lo up
            mount --bind resolv.conf /etc/resolv.conf
            dotnet "{{Path.Combine(AppContext.BaseDirectory, "edgecache.dll")}}" --config all.json > out.txt 2>&1 & program=$!
            for i in $(seq 600); do grep -q '^ready' out.txt && break; kill -0 $program || break; sleep 0.1; done
            dig +trace @127.0.0.1 www.shop.test A
            kill $program
            wait $program
            """);
        var (_, output) = await RunAsync("unshare", "-n", "-m", "sh", "walk.sh");
        Assert.Contains("from 127.0.0.11#53(ns.root-servers.test)", output, StringComparison.Ordinal);
        Assert.Contains("from 127.0.0.12#53(ns.test)", output, StringComparison.Ordinal);
        Assert.Contains("from 127.0.0.13#53(ns.shop.test)", output, StringComparison.Ordinal);
        Assert.Matches(@"www\.shop\.test\.\s+300\s+IN\s+A\s+192\.0\.2\.77", output);
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
