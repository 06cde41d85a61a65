using EdgeCache.Zones.Nodes;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>A node's report as it is kept, with its expiry on the store's clock, Unix milliseconds.</summary>
internal sealed record NodeReportJson
{
    public required NodeReport Report { get; init; }

    public long Expires { get; init; }

    public static string Write(NodeReport report, long expires) => StoredJson.Write(new NodeReportJson { Report = report, Expires = expires });

    /// <summary>Null when the text is not one, or of a version that wrote it otherwise.</summary>
    public static NodeReportJson? Read(string text) => StoredJson.Read<NodeReportJson>(text);
}
