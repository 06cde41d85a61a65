using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCache.Load.Reports;

/// <summary>The report as JSON: the source of all other forms.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes a report.</summary>
    public static string Write(RunReport report) => JsonSerializer.Serialize(report, Options);

    /// <summary>Reads one back.</summary>
    /// <exception cref="JsonException">The text is not a report.</exception>
    public static RunReport Read(string text) => JsonSerializer.Deserialize<RunReport>(text, Options) ?? throw new JsonException("empty report");
}
