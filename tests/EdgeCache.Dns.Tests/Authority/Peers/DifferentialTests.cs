using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Peers;

/// <summary>The same zones and the same questions to us and to real servers: every answer of ours is one that a real server gives.</summary>
public sealed class DifferentialTests
{
    private const int Zones = 30;
    private const int QuestionsPerZone = 100;
    private static readonly string[] Types = ["A", "A", "AAAA", "TXT", "MX", "SRV", "NS", "CNAME", "DNAME", "DS", "SOA", "TYPE65400", "CAA", "HTTPS"];

    [Fact]
    public async Task RandomZones_AreAnsweredAsRealServersAnswerThem()
    {
        using var peers = new PeerServers();
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EDGECACHE_SEED"), out int given) ? given : 20_251;
        var random = new Random(seed);
        string[] names = [.. Enumerable.Range(0, Zones).Select(static i => $"z{i}.test")];
        var zones = new List<ZoneSnapshot>();
        foreach (string name in names)
        {
            string text = RandomZone.Text(name, random);
            File.WriteAllText(peers.ZoneFile(name), text);
            zones.Add(Asking.Zone(name, text));
        }

        peers.Start(names);
        AuthorityResponder ours = Asking.Responder([.. zones]);
        await Task.WhenAll(peers.Ports.Values.Select(p => ReadyAsync(p, names)));
        var different = new List<string>();
        for (int i = 0; i < Zones * QuestionsPerZone; i++)
        {
            string zone = names[random.Next(Zones)];
            string name = RandomZone.Question(zone, random);
            RecordType type = Asking.Type(Types[random.Next(Types.Length)]);
            byte[] query = Asking.Query(name, type, []);
            var answer = PeerAnswer.Of(Asking.Send(ours, query));
            var theirs = new Dictionary<string, PeerAnswer>();
            foreach ((string server, int port) in peers.Ports)
            {
                theirs[server] = PeerAnswer.Of(await AskAsync(port, query));
            }

            if (!theirs.Values.Any(a => answer.IsAs(a, isService: type == RecordType.HTTPS)))
            {
                different.Add($"{name} {type} (seed {seed})\nours:\n{answer}\n" + string.Join('\n', theirs.Select(static t => $"{t.Key}:\n{t.Value}"))
                    + "\n" + File.ReadAllText(peers.ZoneFile(zone)));
            }
        }

        Assert.True(different.Count == 0, $"{different.Count} answers like nobody's:\n{string.Join("\n----\n", different.Take(8))}");
    }

    private static async Task<byte[]> AskAsync(int port, byte[] query)
    {
        for (int attempt = 0; ; attempt++)
        {
            using var client = new UdpClient(AddressFamily.InterNetwork);
            client.Connect(IPAddress.Loopback, port);
            try
            {
                await client.SendAsync(query);
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                return (await client.ReceiveAsync(patience.Token)).Buffer;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && attempt < 20)
            {
                await Task.Delay(200);
            }
        }
    }

    /// <summary>Up, and every zone loaded.</summary>
    private static async Task ReadyAsync(int port, string[] zones)
    {
        var watch = Stopwatch.StartNew();
        foreach (string zone in zones)
        {
            while (Asking.Show(await AskAsync(port, Asking.Query(zone, RecordType.SOA))) is var answer && !answer.StartsWith("NoError aa", StringComparison.Ordinal))
            {
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{zone} is not served at {port}: {answer}");
                await Task.Delay(100);
            }
        }
    }
}
