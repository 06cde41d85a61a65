using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeCache.Zones.Conflicts;

/// <summary>The pieces of an edit as JSON, each within its limit of <see cref="CrdtEdit"/>; false for anything else, without an exception.</summary>
internal static class CrdtEditJson
{
    public static bool TryDocument(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 3 });
            if (!JsonDocument.TryParseValue(ref reader, out document) || reader.Read())
            {
                document?.Dispose();
                document = null;
            }
        }
        catch (JsonException)
        {
            document?.Dispose();
            document = null;
        }

        return document is not null;
    }

    public static bool TryNumber(JsonElement element, out long number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number) && number is >= -CrdtEdit.MaxNumber and <= CrdtEdit.MaxNumber;
    }

    public static bool TryTexts(JsonElement element, [NotNullWhen(true)] out IReadOnlyList<string>? texts)
    {
        texts = null;
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > CrdtEdit.MaxItems)
        {
            return false;
        }

        var found = new List<string>();
        foreach (var item in element.EnumerateArray())
        {
            if (!TryText(item, out var text))
            {
                return false;
            }

            found.Add(text);
        }

        texts = found;
        return true;
    }

    public static bool TryMap(JsonElement element, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? map)
    {
        map = null;
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (found.Count == CrdtEdit.MaxItems || property.Name.Length > CrdtEdit.MaxItemLength || !TryText(property.Value, out var text) || !found.TryAdd(property.Name, text))
            {
                return false;
            }
        }

        map = found;
        return true;
    }

    private static bool TryText(JsonElement element, [NotNullWhen(true)] out string? text)
    {
        text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return text is { Length: <= CrdtEdit.MaxItemLength };
    }
}
