using System.Text.Json;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>A node's report as it is kept, with its expiry on the store's clock, Unix milliseconds.</summary>
internal sealed record NodeReportJson
{
    public required string Node { get; init; }

    public required string Role { get; init; }

    public required string Instance { get; init; }

    public required IReadOnlyList<string> Positions { get; init; }

    public long HorizonAge { get; init; }

    public long ReportedAt { get; init; }

    public long Lease { get; init; }

    public long Gaps { get; init; }

    public long Resyncs { get; init; }

    public long Expires { get; init; }

    public static string Write(NodeReport report, long expires) => JsonSerializer.Serialize(new NodeReportJson
    {
        Node = report.Node,
        Role = report.Role,
        Instance = report.Instance,
        Positions = [.. report.Positions.Select(p => p.ToString())],
        HorizonAge = report.HorizonAgeMilliseconds,
        ReportedAt = report.ReportedAt,
        Lease = report.LeaseMilliseconds,
        Gaps = report.GapsRepaired,
        Resyncs = report.Resyncs,
        Expires = expires,
    });

    public static NodeReportJson? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<NodeReportJson>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public NodeReport ToReport() => new()
    {
        Node = Node,
        Role = Role,
        Instance = Instance,
        Positions = [.. Positions.Select(p => Position.TryParse(p, out var position) ? position : default).Where(p => p.Zone.Value is not null)],
        HorizonAgeMilliseconds = HorizonAge,
        ReportedAt = ReportedAt,
        LeaseMilliseconds = Lease,
        GapsRepaired = Gaps,
        Resyncs = Resyncs,
    };
}
