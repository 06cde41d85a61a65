using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>Asks a responder as a client would and shows the answer as text.</summary>
internal static class Asking
{
    public static readonly QuerySource Udp = new(DnsTransport.Udp, 0xC6336464, false, 4_000);
    public static readonly QuerySource Tcp = new(DnsTransport.Tcp, 0xC6336464, false, 4_000);
    public static readonly FakeTimeProvider Time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    public static ZoneSnapshot Zone(string apex, string text)
    {
        ZoneSnapshot? zone = MasterFile.Parse(
            "test.db", Encoding.UTF8.GetBytes(text), Names.Of(apex), new IncludeFolder("."), out IReadOnlyList<MasterFileError> errors);
        Assert.Empty(errors);
        return zone!;
    }

    public static AuthorityResponder Responder(params ZoneSnapshot[] zones) => new(
        new ServerIdentity("ns-test", new byte[16], Time), new ZoneIndex([.. zones.Select(static z => new FixedZone(z))]));

    public static RecordType Type(string text) =>
        RecordTypeText.TryParse(text, out RecordType type) ? type : throw new ArgumentException(text, nameof(text));

    /// <summary>A query; the options are the octets of an OPT record's data, null for no EDNS.</summary>
    public static byte[] Query(string name, RecordType type, byte[]? options = null, ushort payload = 1_232, ushort flags = 0, RecordClass @class = RecordClass.IN)
    {
        var writer = new WireWriter(new byte[2_000], default, 12);
        Question.TryWrite(ref writer, Names.Of(name).Wire, type, @class);
        if (options is not null)
        {
            writer.TryWriteByte(0);
            writer.TryWriteUInt16(41);
            writer.TryWriteUInt16(payload);
            writer.TryWriteUInt32(0);
            writer.TryWriteUInt16((ushort)options.Length);
            writer.TryWriteBytes(options);
        }

        byte[] query = writer.Written.ToArray();
        new Header { Id = 0x1234, Flags = flags, QuestionCount = 1, AdditionalCount = (ushort)(options is null ? 0 : 1) }.TryWrite(query);
        return query;
    }

    public static byte[] Send(AuthorityResponder responder, byte[] query, QuerySource? source = null)
    {
        byte[] response = new byte[source == Tcp ? 65_535 : 1_232];
        int length = responder.Respond(query, source ?? Udp, response);
        return length > 0 ? response[..length] : [];
    }

    public static string Ask(AuthorityResponder responder, string name, RecordType type, QuerySource? source = null) =>
        Show(Send(responder, Query(name, type, []), source));

    /// <summary>Code and flags, then one line for each record but OPT, sections marked an, au, ad.</summary>
    public static string Show(byte[] message)
    {
        Assert.True(Header.TryRead(message, out Header header));
        var reader = new WireReader(message, 12);
        Assert.True(header.QuestionCount == 0 || Question.TryRead(ref reader, out _));
        var text = new StringBuilder(header.Rcode.ToString());
        text.Append(header.Authoritative ? " aa" : "").Append(header.Truncated ? " tc" : "");
        Records(message, ref reader, header.AnswerCount, "an", text);
        Records(message, ref reader, header.AuthorityCount, "au", text);
        Records(message, ref reader, header.AdditionalCount, "ad", text);
        Assert.True(reader.AtEnd);
        return text.ToString();
    }

    private static void Records(byte[] message, ref WireReader reader, int count, string section, StringBuilder text)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(RecordHeader.TryRead(ref reader, out RecordHeader record));
            if (record.Type == RecordType.OPT)
            {
                continue;
            }

            var owner = new WireReader(message, record.NameOffset);
            Assert.True(owner.TryReadName(out DomainName name));
            var stored = new WireWriter(new byte[65_535]);
            Assert.True(Rdata.TryRead(message, record, ref stored));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{section} {name} {record.Ttl} {record.Type} {Rdata.Format(record.Type, stored.Written)}");
        }
    }
}
