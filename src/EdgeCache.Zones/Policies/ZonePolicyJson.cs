using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCache.Zones.Policies;

/// <summary>A policy as stores keep it. Fields that are absent have their defaults, so that a newer version reads what an older one wrote.</summary>
internal static class ZonePolicyJson
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(ZonePolicy policy) => JsonSerializer.Serialize(policy, _options);

    /// <summary>Reads one; null for anything that is not a policy.</summary>
    public static ZonePolicy? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ZonePolicy>(text, _options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
