using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// What a <c>PATCH</c> asks of a merging record: <c>{"increment":1}</c>, <c>{"add":[…]}</c> and <c>{"remove":[…]}</c>, or <c>{"set":{…}}</c> and <c>{"remove":[…]}</c>.
/// <see cref="IsWhole"/>: a <c>PUT</c>, which asks that the value be this; only the difference is written. Immutable.
/// </summary>
public sealed record CrdtEdit
{
    /// <summary>Most elements or keys in one edit.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Longest element, key or value, characters.</summary>
    public const int MaxItemLength = 4_096;

    /// <summary>Largest step and largest value of a counter, either way: what JSON numbers hold everywhere (RFC 8259 §6).</summary>
    public const long MaxNumber = (1L << 53) - 1;

    /// <summary>Added to a counter; with <see cref="IsWhole"/> the value it is to have.</summary>
    public long? Increment { get; init; }

    /// <summary>Elements to add.</summary>
    public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Elements or keys to remove.</summary>
    public IReadOnlyList<string>? Remove { get; init; }

    /// <summary>Keys to set.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>True when the edit says what the whole value is to be.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Reads a <c>PATCH</c> body.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out CrdtEdit? edit, [NotNullWhen(false)] out string? error)
    {
        edit = null;
        error = $"one of {{\"increment\":1}}, {{\"add\":[\"x\"]}}, {{\"remove\":[\"x\"]}}, {{\"set\":{{\"k\":\"v\"}}}}: at most {MaxItems} items of at most {MaxItemLength} characters";
        if (!CrdtEditJson.TryDocument(json, out var document))
        {
            return false;
        }

        using (document)
        {
            edit = document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().Aggregate((CrdtEdit?)new CrdtEdit(), With)
                : null;
        }

        var asks = (edit?.Increment is null ? 0 : 1) + (edit?.Set is null ? 0 : 1) + (edit?.Add is null ? 0 : 1);
        if (asks > 1 || (asks == 0 && edit?.Remove is null) || (edit?.Increment is not null && edit.Remove is not null))
        {
            edit = null;
        }

        error = edit is null ? error : null;
        return edit is not null;
    }

    /// <summary>Reads the whole value of a <c>PUT</c>: lines for a DNS type, else a JSON number, array of texts or object of texts.</summary>
    public static bool TryWhole(ReadOnlySpan<byte> value, bool isDns, [NotNullWhen(true)] out CrdtEdit? edit, [NotNullWhen(false)] out string? error)
    {
        edit = null;
        error = $"in a crdt zone a value is a JSON number, an array of texts or an object of texts: at most {MaxItems} items of at most {MaxItemLength} characters";
        if (isDns)
        {
            var lines = System.Text.Encoding.UTF8.GetString(value).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            edit = lines.Length <= MaxItems && lines.All(l => l.Length <= MaxItemLength) ? new CrdtEdit { Add = lines, IsWhole = true } : null;
        }
        else if (CrdtEditJson.TryDocument(value, out var document))
        {
            using (document)
            {
                var root = document.RootElement;
                edit = root.ValueKind switch
                {
                    JsonValueKind.Number when CrdtEditJson.TryNumber(root, out var number) => new CrdtEdit { Increment = number, IsWhole = true },
                    JsonValueKind.Array when CrdtEditJson.TryTexts(root, out var texts) => new CrdtEdit { Add = texts, IsWhole = true },
                    JsonValueKind.Object when CrdtEditJson.TryMap(root, out var map) => new CrdtEdit { Set = map, IsWhole = true },
                    _ => null,
                };
            }
        }

        error = edit is null ? error : null;
        return edit is not null;
    }

    private static CrdtEdit? With(CrdtEdit? edit, JsonProperty property) => property.Name switch
    {
        "increment" when edit is { Increment: null } && CrdtEditJson.TryNumber(property.Value, out var number) => edit with { Increment = number },
        "add" when edit is { Add: null } && CrdtEditJson.TryTexts(property.Value, out var texts) => edit with { Add = texts },
        "remove" when edit is { Remove: null } && CrdtEditJson.TryTexts(property.Value, out var texts) => edit with { Remove = texts },
        "set" when edit is { Set: null } && CrdtEditJson.TryMap(property.Value, out var map) => edit with { Set = map },
        _ => null,
    };
}
