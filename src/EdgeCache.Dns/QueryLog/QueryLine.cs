using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.QueryLog;

/// <summary>
/// A query and its outcome as words with one blank between: time, client, port, transport, name, type, class, code, <c>aa</c> and <c>tc</c>, records, octets, seconds, node. What is not there is <c>-</c>. A name is in
/// presentation form, so that no octet of a stranger is a blank, a line end or anything a terminal obeys.
/// </summary>
internal static class QueryLine
{
    /// <summary>Octets of any line: the longest name has four for each of its octets.</summary>
    public const int MaxLength = 1_500;

    /// <summary>Writes the line with its line feed and returns its length.</summary>
    public static int Write(Span<byte> line, DateTimeOffset at, in QuerySource source, ReadOnlySpan<byte> query, in QueryOutcome outcome, TimeSpan took, ReadOnlySpan<byte> node)
    {
        int length = Text(line, CultureInfo.InvariantCulture, $"{at:yyyy-MM-ddTHH:mm:ss.fffZ} ");
        length += Address(line[length..], source);
        length += Text(line[length..], CultureInfo.InvariantCulture, $" {source.Port} {(source.Transport == DnsTransport.Udp ? "udp" : "tcp")} ");
        length += Asked(line[length..], query);
        bool sent = outcome.Messages > 0;
        string flags = outcome switch { { Authoritative: true, Truncated: true } => "aa,tc", { Authoritative: true } => "aa", { Truncated: true } => "tc", _ => "-" };
        length += Text(line[length..], CultureInfo.InvariantCulture, $" {(sent ? Code(outcome.Rcode) : "-")} {flags} {outcome.Answers} {outcome.Octets} {took.TotalSeconds:0.000000} ");
        node.CopyTo(line[length..]);
        length += node.Length;
        line[length++] = (byte)'\n';
        return length;
    }

    private static int Text(
        Span<byte> line, CultureInfo culture, [InterpolatedStringHandlerArgument(nameof(line), nameof(culture))] ref Utf8.TryWriteInterpolatedStringHandler text) =>
        Utf8.TryWrite(line, culture, ref text, out int written) ? written : 0;

    private static int Address(Span<byte> line, in QuerySource source)
    {
        if (source.IsV6)
        {
            return source.ToEndPoint().Address.TryFormat(line, out int written) ? written : 0;
        }

        Span<byte> octets = stackalloc byte[QuerySource.V4Length];
        source.WriteAddress(octets);
        return Text(line, CultureInfo.InvariantCulture, $"{octets[0]}.{octets[1]}.{octets[2]}.{octets[3]}");
    }

    /// <summary>Name, type and class as they were asked.</summary>
    private static int Asked(Span<byte> line, ReadOnlySpan<byte> query)
    {
        var reader = new WireReader(query, WireLimits.HeaderLength);
        if (!Header.TryRead(query, out Header header) || header.QuestionCount == 0 || !Question.TryRead(ref reader, out Question question))
        {
            return Text(line, CultureInfo.InvariantCulture, $"- - -");
        }

        int length = Name(line, question.Name);
        string @class = question.Class switch { RecordClass.IN => "IN", RecordClass.CH => "CH", RecordClass.Any => "ANY", _ => $"CLASS{(int)question.Class}" };
        return length + Text(line[length..], CultureInfo.InvariantCulture, $" {RecordTypeText.Format(question.Type)} {@class}");
    }

    private static int Name(Span<byte> line, ReadOnlySpan<byte> name)
    {
        int at = 0;
        for (; !NameBytes.IsRoot(name); name = NameBytes.Parent(name))
        {
            foreach (byte octet in name.Slice(1, name[0]))
            {
                at += PresentationEscape.WriteLabelOctet(octet, line[at..]);
            }

            line[at++] = (byte)'.';
        }

        if (at == 0)
        {
            line[at++] = (byte)'.';
        }

        return at;
    }

    private static string Code(Rcode code) => code switch
    {
        Rcode.NoError => "NOERROR",
        Rcode.FormErr => "FORMERR",
        Rcode.ServFail => "SERVFAIL",
        Rcode.NxDomain => "NXDOMAIN",
        Rcode.NotImp => "NOTIMP",
        Rcode.Refused => "REFUSED",
        Rcode.NotAuth => "NOTAUTH",
        Rcode.BadVers => "BADVERS",
        Rcode.BadCookie => "BADCOOKIE",
        _ => $"RCODE{(int)code}",
    };
}
