using System.Collections.Immutable;
using System.Text.Json;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>A JSON element with its place in the file. Reading what is wrong notes an error and gives the default, so that one pass finds all errors.</summary>
internal sealed class RuleElement(string file, string path, JsonElement element, List<RouteError> errors)
{
    private const uint MaxDuration = DeltaSeconds.Max;

    /// <summary>What was found wrong so far, in the whole file.</summary>
    public IReadOnlyList<RouteError> Errors => errors;

    /// <summary>Notes an error here.</summary>
    public void Fail(string what, string allowed) => errors.Add(new(file, path.Length == 0 ? "$" : path, what, allowed));

    /// <summary>True for an object; unknown members are errors, and so is one that stands twice.</summary>
    public bool IsObject(params ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fail($"is {Kind()}", "an object");
            return false;
        }

        var seen = new HashSet<string>();
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                At(member.Name, member.Value).Fail("unknown key", string.Join(", ", known.ToArray()));
            }
            else if (!seen.Add(member.Name))
            {
                At(member.Name, member.Value).Fail("stands here twice", "each key once");
            }
        }

        return true;
    }

    /// <summary>True when the member is there.</summary>
    public bool Has(string name) => element.TryGetProperty(name, out _);

    /// <summary>A member, or null.</summary>
    public RuleElement? Child(string name) => element.TryGetProperty(name, out var child) ? At(name, child) : null;

    /// <summary>The members of an object; none when it is missing.</summary>
    public IEnumerable<(string Name, RuleElement Value)> Members(string name)
    {
        if (!element.TryGetProperty(name, out var child))
        {
            return [];
        }

        var there = At(name, child);
        if (child.ValueKind == JsonValueKind.Object)
        {
            return [.. child.EnumerateObject().Select(m => (m.Name, there.At(m.Name, m.Value)))];
        }

        there.Fail($"is {there.Kind()}", "an object");
        return [];
    }

    /// <summary>The items of a list; none when it is missing.</summary>
    public IEnumerable<RuleElement> Items(string name, int most)
    {
        if (!element.TryGetProperty(name, out var child))
        {
            return [];
        }

        var there = At(name, child);
        if (child.ValueKind != JsonValueKind.Array || child.GetArrayLength() > most)
        {
            there.Fail(child.ValueKind == JsonValueKind.Array ? $"has {child.GetArrayLength()} items" : $"is {there.Kind()}", $"a list of at most {most}");
            return [];
        }

        return [.. child.EnumerateArray().Select((item, i) => new RuleElement(file, $"{there.Place}[{i}]", item, errors))];
    }

    /// <summary>A text member.</summary>
    public string Text(string name, string missing) => Child(name) is { } child ? child.AsText() ?? missing : missing;

    /// <summary>A list of texts, each checked.</summary>
    public ImmutableArray<string> Texts(string name, Func<string, bool> isValid, string allowed)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in Items(name, RouteTable.MaxRoutes))
        {
            if (item.AsText() is not { } text)
            {
                continue;
            }

            if (!isValid(text))
            {
                item.Fail($"\"{text}\"", allowed);
            }

            texts.Add(text);
        }

        return texts.ToImmutable();
    }

    /// <summary>A true or false member.</summary>
    public bool Flag(string name, bool missing)
    {
        if (Child(name) is not { } child)
        {
            return missing;
        }

        return child.AsFlag() ?? missing;
    }

    /// <summary>A member that is one of an enum's names in lower case.</summary>
    public T Choice<T>(string name, T missing)
        where T : struct, Enum
    {
        if (Child(name) is not { } child || child.AsText() is not { } text)
        {
            return missing;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(text, value.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        child.Fail($"\"{text}\"", string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant())));
        return missing;
    }

    /// <summary>A duration member, in seconds.</summary>
    public uint? Duration(string name) => Child(name)?.AsDuration();

    /// <summary>This element as a duration: seconds as a number, or a number with s, m, h or d.</summary>
    public uint? AsDuration()
    {
        const string allowed = "seconds, or a text such as \"500s\", \"5m\", \"2h\", \"7d\", at most 2^31 seconds";
        if (element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out var seconds) && seconds <= MaxDuration)
        {
            return seconds;
        }

        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 1 } text)
        {
            var factor = text[^1] switch { 's' => 1u, 'm' => 60u, 'h' => 3_600u, 'd' => 86_400u, _ => 0u };
            var number = DeltaSeconds.Parse(text.AsSpan(0, text.Length - 1));
            if (factor > 0 && number.IsValid && (ulong)number.Value * factor <= MaxDuration)
            {
                return number.Value * factor;
            }
        }

        Fail($"is {element.GetRawText()}", allowed);
        return null;
    }

    /// <summary>This element as text.</summary>
    public string? AsText()
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return element.GetString();
        }

        Fail($"is {Kind()}", "a text");
        return null;
    }

    private string Place => path;

    private bool? AsFlag()
    {
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.GetBoolean();
        }

        Fail($"is {Kind()}", "true, false");
        return null;
    }

    private RuleElement At(string name, JsonElement child) => new(file, path.Length == 0 ? name : $"{path}.{name}", child, errors);

    private string Kind() => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
