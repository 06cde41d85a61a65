using System.Net;
using System.Text;
using CsCheck;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Authority.Transfers;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Tests.Data;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Transfers;

/// <summary>dig as the oracle of the codec: records of every type go out by AXFR, dig prints what it understood, and that text is the same zone.</summary>
public sealed class DigOracleTests
{
    private const int Records = 600;
    private static readonly DomainName Apex = Names.Of("shop.test");

    [Fact]
    public async Task RecordsOfEveryType_ReadAndPrintedByDig_AreTheSameZone()
    {
        Programs.Need("dig");
        (RecordType Type, byte[] Data)[] records = [];
        RdataGen.Any.Where(static r => IsFairToDig(r)).Array[Records].Sample(r => records = r, seed: "0N0XIzNsQ0O2", iter: 1, threads: 1); // The same each time: dig has opinions on more than the filter knows.
        ZoneSnapshot zone = ZoneOf(records);
        var responder = new Transferring(Asking.Responder(zone));
        await using var server = new DnsServer(
            "test", new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, responder, TimeProvider.System, NullLogger<DnsServer>.Instance, null);
        await server.StartAsync(TestContext.Current.CancellationToken);

        string text = await Programs.RunAsync("dig", "@127.0.0.1", "-p", $"{server.Endpoints[0].Port}", "shop.test", "AXFR", "+noall", "+answer", "+onesoa");
        ZoneSnapshot? back = MasterFile.Parse("dig", Encoding.Latin1.GetBytes(text), Apex, new IncludeFolder("."), out IReadOnlyList<MasterFileError> errors);
        Assert.True(errors.Count == 0, $"{string.Join('\n', errors.Take(3))}\n{text[^Math.Min(text.Length, 300)..]}");
        Assert.Equal(zone.Names.Count, back!.Names.Count);
        foreach (NameNode node in zone.Names.All)
        {
            NameNode? same = back.Find(DomainName.FromWire(node.Name));
            Assert.NotNull(same);
            foreach (RecordSet set in node.Sets)
            {
                Assert.True(same.Find(set.Type)?.IsSameAs(set), $"{DomainName.FromWire(node.Name)} {set.Type} {Rdata.Format(set.Type, set.First)}");
            }
        }
    }

    private static ZoneSnapshot ZoneOf((RecordType Type, byte[] Data)[] records)
    {
        var editor = new ZoneEditor(Apex);
        var soa = RecordSet.Of(RecordType.SOA, 60, [0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
        editor.Put(Apex.Wire, soa);
        editor.Put(Apex.Wire, RecordSet.Of(RecordType.NS, 60, Names.Of("ns.shop.test").Wire));
        for (int i = 0; i < records.Length; i++)
        {
            if (records[i].Type != RecordType.SOA)
            {
                editor.Put(Names.Of($"r{i}.shop.test").Wire, RecordSet.Of(records[i].Type, 60, records[i].Data));
            }
        }

        return editor.ToSnapshot(soa, SoaData.SerialOf(soa.First));
    }

    /// <summary>dig refuses digests of the wrong length, NAPTR texts that are no expressions and DoH paths that are no templates; we keep them as they are.</summary>
    private static bool IsFairToDig((RecordType Type, byte[] Data) record) =>
        record.Type is not (RecordType)35
        && (record.Type != RecordType.DS || record.Data[3] is not (1 or 2 or 3 or 4))
        && !(record.Type is RecordType.SVCB or RecordType.HTTPS && Rdata.Format(record.Type, record.Data).Contains("dohpath", StringComparison.Ordinal));

    /// <summary>An authority of a fixed zone that also transfers it.</summary>
    private sealed class Transferring(AuthorityResponder responder) : IDnsResponder
    {
        private readonly ZoneTransfers _transfers = new(new TransferOptions(), responder, TimeProvider.System);

        public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response) => responder.Respond(query, source, response);

        public ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation) =>
            _transfers.RespondAsync(query, source, sink, cancellation);
    }
}
