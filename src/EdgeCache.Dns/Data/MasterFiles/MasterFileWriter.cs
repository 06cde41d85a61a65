using System.Globalization;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>Writes a zone's RRsets as a master file (RFC 1035 §5) that this program and any other server reads. Pure.</summary>
public static class MasterFileWriter
{
    private const int DerivedTtl = 3600;

    /// <summary>True for a SOA as <see cref="Write"/> makes it for a zone that keeps none, whatever its serial; <paramref name="servers"/>: the apex' NS set.</summary>
    public static bool IsDerivedSoa(string apex, string? servers, long ttl, string value) =>
        ttl == DerivedTtl && value.Split(' ') is [_, _, var serial, ..] && value == DerivedSoa(apex.EndsWith('.') ? apex : apex + ".", servers, serial);

    /// <summary>
    /// Writes <paramref name="records"/>: names relative to the apex, values in presentation form with one record in a line. A file needs a SOA: where the zone keeps none of its own,
    /// <paramref name="derivedSerial"/> makes one like the one that is served.
    /// </summary>
    public static void Write(TextWriter output, string apex, uint derivedSerial, IReadOnlyCollection<ZoneFileRecord> records)
    {
        var origin = apex.EndsWith('.') ? apex : apex + ".";
        output.WriteLine($"$ORIGIN {origin}");
        if (!records.Any(static r => r.Key.Type == "SOA"))
        {
            var servers = records.FirstOrDefault(static r => r.Key is { Name: "@", Type: "NS" })?.Value;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"@ {DerivedTtl} IN SOA {DerivedSoa(origin, servers, $"{derivedSerial}")}"));
        }

        foreach (var record in records.OrderBy(static r => r.Key.Type == "SOA" ? 0 : r.Key.Name == "@" ? 1 : 2).ThenBy(static r => r.Key.Name, StringComparer.Ordinal).ThenBy(static r => r.Key.Type, StringComparer.Ordinal))
        {
            foreach (var line in record.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{record.Key.Name} {record.Ttl} IN {record.Key.Type} {line.Trim()}"));
            }
        }
    }

    private static string DerivedSoa(string origin, string? servers, string serial) =>
        $"{servers?.Split('\n')[0] ?? origin} {(origin == "." ? "hostmaster." : $"hostmaster.{origin}")} {serial} 3600 600 604800 60";
}
