using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static EdgeCache.Dns.Tests.Authority.HostileQuery;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>
/// Malformed and odd packets over a real socket: each gets the answer its RFC names or none, never a long one, and the next good query is answered.
/// </summary>
public sealed class HostileQueryTests
{
    private const string Answered = "NoError aa";
    private const string None = "";
    private static readonly byte[] Good = [.. Counts(), .. Www];
    private static readonly byte[] SomeA = Record([1, (byte)'x', 0], 1, 1, 60, [1, 2, 3, 4]);
    private static readonly ZoneSnapshot Zone = Asking.Zone(
        "shop.test", "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.7\n" + string.Concat(Enumerable.Range(0, 30).Select(static i => $"big TXT \"{i}{new string('x', 90)}\"\n")));

    public static TheoryData<string, byte[], string> Packets { get; } = Collect();

    [Fact]
    public async Task Packets_OverASocket_GetTheirAnswer_AndTheNextGoodQueryToo()
    {
        AuthorityResponder responder = Asking.Responder(Zone);
        await using var server = new DnsServer(
            "test", new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, new Plain(responder), TimeProvider.System, NullLogger<DnsServer>.Instance, null);
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(server.Endpoints[0]);
        ushort id = 0;
        foreach (TheoryDataRow<string, byte[], string> packet in Packets)
        {
            // The good query comes behind the bad one on the same socket, so what arrives before its answer belongs to the bad one.
            (string name, byte[] sent, string expected) = packet.Data;
            byte[] good = [.. Good];
            good[0] = (byte)(++id >> 8);
            good[1] = (byte)(id & 0xFF);
            await client.SendAsync(sent);
            await client.SendAsync(good);
            byte[] first = await ReceiveAsync(client);
            bool dropped = first[0] == good[0] && first[1] == good[1];
            Assert.True(dropped == (expected == None), $"{name}: {(dropped ? "dropped" : Asking.Show(first))}, expected '{expected}'");
            if (!dropped)
            {
                Assert.True(Asking.Show(first).Split('\n')[0] == expected, $"{name}: {Asking.Show(first)}, expected '{expected}'");
                AssertProper(name, sent, first);
                first = await ReceiveAsync(client);
            }

            Assert.True(first.AsSpan(0, 2).SequenceEqual(good.AsSpan(0, 2)), name);
            Assert.Equal("NoError aa\nan www.shop.test. 60 A 192.0.2.7", Asking.Show(first));
        }

        Assert.Equal(0, server.Counters.Failures);
    }

    /// <summary>The query's id and opcode, none of the flags that are not ours to set, its question octet for octet, and nothing amplified.</summary>
    private static void AssertProper(string name, byte[] sent, byte[] answer)
    {
        Assert.True(Header.TryRead(sent, out Header query), name);
        Assert.True(Header.TryRead(answer, out Header header), name);
        Assert.True(header.IsResponse && header.Id == query.Id && header.Opcode == query.Opcode && header.RecursionDesired == query.RecursionDesired, name);
        Assert.False(header.RecursionAvailable || header.AuthenticData || (header.Flags & 0x40) != 0, name);
        var reader = new WireReader(answer, 12);
        if (header.QuestionCount == 1 && Question.TryRead(ref reader, out _))
        {
            Assert.True(answer.AsSpan(12, reader.Position - 12).SequenceEqual(sent.AsSpan(12, reader.Position - 12)), name);
        }

        int limit = QueryMessage.Parse(sent).Edns.UdpLimit;
        Assert.True(answer.Length <= limit, $"{name}: {answer.Length} octets");
        Assert.True(header.Rcode is Rcode.NoError or Rcode.NxDomain || answer.Length <= sent.Length + 64, $"{name}: an error of {answer.Length} octets");
    }

    private static TheoryData<string, byte[], string> Collect()
    {
        var all = new TheoryData<string, byte[], string>();
        byte[] edns = [.. Counts(ad: 1), .. Www, .. Opt(Option(10, 1, 2, 3, 4, 5, 6, 7, 8))];
        for (int i = 0; i < Good.Length; i++)
        {
            all.Add($"cut at {i}", Good[..i], i < 12 ? None : "FormErr");
        }

        for (int i = Good.Length; i < edns.Length; i++)
        {
            all.Add($"OPT cut at {i}", edns[..i], "FormErr");
        }

        foreach (ushort count in (ushort[])[0, 2, 3, ushort.MaxValue])
        {
            all.Add($"QDCOUNT {count}", [.. Counts(qd: count), .. Www], "FormErr");
        }

        foreach (byte octet in (byte[])[0x40, 0x41, 0x7F, 0x80, 0xBF])
        {
            all.Add($"label type {octet:x2}", [.. Counts(), 3, .. "www"u8, octet, 1, 1, 0, 0, 1, 0, 1], "FormErr");
        }

        foreach (ushort pointer in (ushort[])[0xC000, 0xC004, 0xC00C, 0xC012, 0xC100, 0xFFFF])
        {
            all.Add($"pointer {pointer:x4}", [.. Counts(), (byte)(pointer >> 8), (byte)(pointer & 0xFF), 0, 1, 0, 1, .. Www], "FormErr");
        }

        foreach (int octets in (int[])[254, 255, 256, 257, 300, 400])
        {
            all.Add($"name of {octets}", [.. Counts(), .. LongName(octets), 0, 1, 0, 1], octets <= 255 ? "NxDomain aa" : "FormErr");
        }

        for (int opcode = 1; opcode < 16; opcode++)
        {
            all.Add($"opcode {opcode}", [.. Counts((ushort)((opcode << 11) | 0x100)), .. Www], "NotImp");
        }

        all.Add("a response", [.. Counts(0x8100), .. Www], None);
        all.Add("an error response", [.. Counts(0x8101), .. Www], None);
        foreach (ushort flags in (ushort[])[0x0400, 0x0200, 0x0080, 0x0040, 0x0020, 0x0010, 0x000F, 0x07FF])
        {
            all.Add($"flags {flags:x4}", [.. Counts(flags), .. Www], Answered);
        }

        AddEdns(all);
        AddSections(all);
        return all;
    }

    private static void AddEdns(TheoryData<string, byte[], string> all)
    {
        all.Add("OPT twice", [.. Counts(ad: 2), .. Www, .. Opt(), .. Opt()], "FormErr");
        all.Add("OPT as answer", [.. Counts(an: 1), .. Www, .. Opt()], "FormErr");
        all.Add("OPT as authority", [.. Counts(au: 1), .. Www, .. Opt()], "FormErr");
        all.Add("OPT with an owner", [.. Counts(ad: 1), .. Www, .. Opt(owner: [1, (byte)'x', 0])], "FormErr");
        all.Add("OPT with a pointer as owner", [.. Counts(ad: 1), .. Www, .. Opt(owner: [0xC0, 12])], "FormErr");
        foreach (byte version in (byte[])[1, 2, 255])
        {
            // BADVERS is 16: its low bits in the header are zero.
            all.Add($"EDNS {version}", [.. Counts(ad: 1), .. Www, .. Opt(version: version)], "NoError");
        }

        all.Add("option too long", [.. Counts(ad: 1), .. Www, .. Opt([0, 10, 0, 20, 1, 2])], "FormErr");
        all.Add("option cut", [.. Counts(ad: 1), .. Www, .. Opt([0, 10, 0])], "FormErr");
        all.Add("many options", [.. Counts(ad: 1), .. Www, .. Opt([.. Enumerable.Repeat(Option(65_001), 200).SelectMany(static o => o)])], Answered);
        for (int length = 0; length <= 48; length++)
        {
            bool legal = length is 8 or (>= 16 and <= 40);
            all.Add($"cookie of {length}", [.. Counts(ad: 1), .. Www, .. Opt(Option(10, new byte[length]))], legal ? Answered : "FormErr");
        }

        foreach (ushort payload in (ushort[])[0, 1, 511, 512, 1_232, 4_096, ushort.MaxValue])
        {
            all.Add($"payload {payload}", [.. Counts(ad: 1), .. Asked("big.shop.test", 16), .. Opt(payload: payload)], "NoError aa tc");
        }
    }

    private static void AddSections(TheoryData<string, byte[], string> all)
    {
        foreach (ushort @class in (ushort[])[0, 2, 3, 4, 254, 255, ushort.MaxValue])
        {
            all.Add($"class {@class}", [.. Counts(), .. Asked("www.shop.test", 1, @class)], "Refused");
        }

        foreach ((ushort type, string expected) in (ReadOnlySpan<(ushort, string)>)[(0, "FormErr"), (41, "FormErr"), (249, "FormErr"), (250, "FormErr"), (253, "NotImp"), (254, "NotImp"), (255, Answered), (65_280, Answered)])
        {
            all.Add($"type {type}", [.. Counts(), .. Asked("www.shop.test", type)], expected);
        }

        all.Add("no zone of ours", [.. Counts(), .. Asked("elsewhere.example")], "Refused");
        foreach (int more in (int[])[1, 2, 100, 500, 4_000])
        {
            all.Add($"{more} octets behind", [.. Good, .. new byte[more]], "FormErr");
        }

        all.Add("longer than any query", [.. Good, .. new byte[5_000]], None);
        all.Add("an answer record", [.. Counts(an: 1), .. Www, .. SomeA], "FormErr");
        all.Add("an authority record", [.. Counts(au: 1), .. Www, .. SomeA], "FormErr");
        all.Add("an additional record", [.. Counts(ad: 1), .. Www, .. SomeA], Answered);
        all.Add("an additional record and OPT", [.. Counts(ad: 2), .. Www, .. SomeA, .. Opt()], Answered);
        all.Add("ARCOUNT alone", [.. Counts(ad: 1), .. Www], "FormErr");
        all.Add("ANCOUNT alone", [.. Counts(an: 1), .. Www], "FormErr");
        all.Add("ARCOUNT 65535", [.. Counts(ad: ushort.MaxValue), .. Www, .. Opt()], "FormErr");
        all.Add("additional owner a loop", [.. Counts(ad: 1), .. Www, .. Record([0xC0, 31], 1, 1, 0, [])], "FormErr");
        all.Add("additional data too long", [.. Counts(ad: 1), .. Www, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF], "FormErr");
        all.Add("TSIG before another", [.. Counts(ad: 2), .. Www, .. Record([1, (byte)'k', 0], 250, 255, 0, []), .. Opt()], "FormErr");
        all.Add("zeros", new byte[12], "FormErr");
        all.Add("ones", [.. Enumerable.Repeat((byte)0xFF, 100)], None);
    }

    private static async Task<byte[]> ReceiveAsync(UdpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return (await client.ReceiveAsync(patience.Token)).Buffer;
    }

    private sealed class Plain(AuthorityResponder responder) : IDnsResponder
    {
        public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response) => responder.Respond(query, source, response);

        public ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
