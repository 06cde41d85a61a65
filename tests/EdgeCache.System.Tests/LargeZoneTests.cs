using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>A long master file: answered as soon as it is read, whatever becomes of the process while the log still takes it in, and replaced without a gap.</summary>
public sealed class LargeZoneTests : IDisposable
{
    private const int Names = 20_000;
    private const int Port = 20_921;
    private const string Admin = "http://127.0.0.1:22790";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ZoneFile_KilledWhileItIsTakenIn_IsAnsweredInFullFromTheFirstMomentOfEachStart()
    {
        Write(1);
        await using (var origin = await StartAsync("(DNS, authoritative) ready"))
        {
            Assert.Equal((1, 1), (await VersionOfAsync(0), await VersionOfAsync(Names - 1)));
            await origin.KillAsync();
        }

        await using (var origin = await StartAsync("(DNS, authoritative) ready"))
        {
            Assert.Equal((1, 1), (await VersionOfAsync(0), await VersionOfAsync(Names - 1)));

            // No query is left without the answer while the log brings the zone and takes over.
            await AskUntilAsync(origin, "(admin) ready", static v => v == 1);
            await Eventually.HoldsAsync(async () => await SoaSerial.AskAsync(Port, "big.test") == 1_000);
            Assert.Equal((1, 1), (await VersionOfAsync(0), await VersionOfAsync(Names - 1)));
            await origin.KillAsync();
        }

        // The store holds the version before: the new file is what is answered all the same, at once and from then on.
        Write(2);
        await using (var origin = await StartAsync("(DNS, authoritative) ready"))
        {
            Assert.Equal((2, 2), (await VersionOfAsync(0), await VersionOfAsync(Names - 1)));
            await AskUntilAsync(origin, "(admin) ready", static v => v == 2);
            await Eventually.HoldsAsync(async () => await SoaSerial.AskAsync(Port, "big.test") > 1_000);
            Assert.Equal((2, 2), (await VersionOfAsync(0), await VersionOfAsync(Names - 1)));
        }
    }

    [Fact]
    public async Task ZoneFile_KilledBeforeItsFirstCommitAndThenEarlier_ShowsNoEarlierSerial()
    {
        Write(2);
        await using (var origin = await StartAsync("(DNS, authoritative) ready"))
        {
            Assert.Equal(2_000U, await SoaSerial.AskAsync(Port, "big.test"));
            await origin.KillAsync();
        }

        Write(1);
        await using (var origin = await StartAsync("(DNS, authoritative) ready"))
        {
            Assert.Equal((1, 2_000U), (await VersionOfAsync(Names - 1), await SoaSerial.AskAsync(Port, "big.test")));
            await AskUntilAsync(origin, "(admin) ready", static v => v == 1);
            Assert.InRange(await SoaSerial.AskAsync(Port, "big.test"), 2_000U, 2_100U);
        }
    }

    [Fact]
    public async Task ZoneImport_OfAnotherVersion_LeavesNoQueryUnansweredAndIsOneChangeWithTheSerialOfTheFile()
    {
        Write(1);
        await using var origin = await StartAsync("(admin) ready");
        await Eventually.HoldsAsync(async () => await SoaSerial.AskAsync(Port, "big.test") == 1_000);
        Write(2);
        var import = ServedProgram.RunAsync(_folder, "zone", "import", "big.test", "big.zone", "--admin", Admin);
        var (during, version) = (0, 1);
        while (!import.IsCompleted)
        {
            // All of the one version until all are of the other, none with an error.
            var next = await VersionOfAsync(during++ * 7_919 % Names);
            Assert.InRange(next, version, 2);
            version = next;
        }

        var (exit, output, _) = await import;
        Assert.Equal(0, exit);
        Assert.Single(output.Split('\n'), static l => l.StartsWith("big.test:", StringComparison.Ordinal));
        await Eventually.HoldsAsync(async () => (await VersionOfAsync(0), await VersionOfAsync(Names - 1)) == (2, 2));
        Assert.Equal(2_000U, await SoaSerial.AskAsync(Port, "big.test"));
    }

    private void Write(int version)
    {
        var text = new StringBuilder($"$TTL 300\n@ SOA ns hostmaster {version}000 3600 600 604800 60\n@ NS ns\nns A 127.0.0.1\n");
        for (var i = 0; i < Names; i++)
        {
            text.Append(null, $"n{i:00000} A 10.{version}.{i >> 8 & 255}.{i & 255}\n");
        }

        File.WriteAllText(Path.Combine(_folder, "big.zone"), text.ToString());
    }

    private Task<ServedProgram> StartAsync(string mark) => ServedProgram.StartAsync(
        _folder, mark, "origin", "--admin", Admin, "--dns", $"127.0.0.1:{Port}", "--zone-file", "big.test=big.zone");

    private static async Task AskUntilAsync(ServedProgram origin, string mark, Func<int, bool> expected)
    {
        var asked = 0;
        while (!origin.Output.Contains(mark, StringComparison.Ordinal))
        {
            var version = await VersionOfAsync(asked++ * 7_919 % Names);
            Assert.True(expected(version), $"answer {asked} was of version {version}");
        }
    }

    /// <summary>The second octet of the address that a name has.</summary>
    private static async Task<int> VersionOfAsync(int index)
    {
        byte[] query = [(byte)(index >> 8), (byte)(index & 255), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6, .. Encoding.ASCII.GetBytes($"n{index:00000}"), 3, .. "big"u8, 4, .. "test"u8, 0, 0, 1, 0, 1];
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, Port);
        await client.SendAsync(query);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = (await client.ReceiveAsync(patience.Token)).Buffer;
        Assert.Equal((0, 1), (answer[3] & 15, answer[7]));
        return answer[^3];
    }
}
