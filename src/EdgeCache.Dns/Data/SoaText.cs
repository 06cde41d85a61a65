using System.Text;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Dns.Data;

/// <summary>The serial that a published SOA states: what a zone file or an operator asks for (PLANE.md 29). Whether the zone takes it is the log's affair, which never goes back.</summary>
public static class SoaText
{
    /// <summary>The serial among what is published; null when no SOA that can be read is.</summary>
    public static uint? SerialOf(ZoneName zone, IEnumerable<RecordPublish> publishes) =>
        publishes.FirstOrDefault(static p => p.Key is { Name: "@", Type: "SOA" })?.Value is { Length: > 0 } text ? SerialOf(zone, text.Span) : null;

    /// <summary>The serial of a SOA as text; null when it cannot be read.</summary>
    public static uint? SerialOf(ZoneName zone, string soa) => SerialOf(zone, Encoding.UTF8.GetBytes(soa));

    private static uint? SerialOf(ZoneName zone, ReadOnlySpan<byte> soa) =>
        DomainName.TryParse(zone.Value, out DomainName apex) && RecordSetText.Parse(RecordType.SOA, 0, soa, apex, out Snapshots.RecordSet? set).IsNone && set is not null
            ? SoaData.SerialOf(set.First)
            : null;
}
