using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>Policies and node reports as stores keep them: JSON, so that a person can read them and an older program ignores what it does not know.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(), new ZoneNameConverter(), new EpochConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Null when the text is not one.</summary>
    public static T? Read<T>(string text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A policy; one that cannot be read is an operator's problem, not a default.</summary>
    public static ZonePolicy Policy(string zone, string text) =>
        Read<ZonePolicy>(text) ?? throw new StoreException($"the stored policy of {zone} cannot be read");

    /// <summary>Node reports; unreadable ones are left out.</summary>
    public static IReadOnlyList<NodeReport> Reports(IEnumerable<string> texts) =>
        [.. texts.Select(Read<NodeReport>).OfType<NodeReport>().OrderBy(r => r.Node, StringComparer.Ordinal)];

    private sealed class ZoneNameConverter : JsonConverter<ZoneName>
    {
        public override ZoneName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ZoneName.TryParse(reader.GetString(), out var zone, out var error) ? zone : throw new JsonException(error);

        public override void Write(Utf8JsonWriter writer, ZoneName value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    private sealed class EpochConverter : JsonConverter<Epoch>
    {
        public override Epoch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Epoch.TryParse(reader.GetString(), out var epoch) ? epoch : throw new JsonException("not an epoch");

        public override void Write(Utf8JsonWriter writer, Epoch value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
