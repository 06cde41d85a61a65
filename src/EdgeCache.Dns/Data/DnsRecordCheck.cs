using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Data;

/// <summary>Whether a record of the plane can show in DNS. To be asked before it is published: what cannot be read is left out of answers.</summary>
public static class DnsRecordCheck
{
    /// <summary>Null when the value is a legal RRset for that name and type; else what is wrong, with line and column. DOC is always legal.</summary>
    public static string? Explain(ZoneName zone, RecordKey key, ReadOnlySpan<byte> value)
    {
        if (!key.IsDns)
        {
            return null;
        }

        if (!RecordTypeText.TryParse(key.Type, out RecordType type) || RecordTypes.IsMeta(type))
        {
            return $"'{key.Type}' is not a type of zone data: a DNS type such as A or TXT, TYPEnnn (RFC 3597), or DOC";
        }

        if (!DomainName.TryParse(zone.Value, out DomainName apex) || DomainName.Parse(key.Name, apex, out _) != NameFault.None)
        {
            return $"'{key.Name}' makes no domain name below {zone.Value} (RFC 1035 section 2.3.4)";
        }

        if (type == RecordType.SOA && key.Name != "@")
        {
            return "SOA may stand at the apex of the zone only: name @";
        }

        PresentationFault fault = RecordSetText.Parse(type, 0, value, apex, out _);
        if (fault.IsNone)
        {
            return null;
        }

        ReadOnlySpan<byte> before = value[..Math.Clamp(fault.Offset, 0, value.Length)];
        int line = before.Count((byte)'\n') + 1;
        int column = before.Length - before.LastIndexOf((byte)'\n');
        return $"line {line}, column {column}: {fault.Reason}";
    }

    /// <summary>The same for text.</summary>
    public static string? Explain(ZoneName zone, RecordKey key, string value) => Explain(zone, key, Encoding.UTF8.GetBytes(value));
}
