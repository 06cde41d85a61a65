using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace EdgeCache.Configuration;

/// <summary>
/// Fills an options class from JSON and keeps going after a fault, so that all of them are reported at once: a key nobody knows, a value of the wrong kind.
/// Understands scalars, lists, dictionaries with text keys, and nested options classes. Keys are camel case.
/// </summary>
internal sealed class OptionsReader
{
    private readonly List<Violation> _violations;

    public OptionsReader(List<Violation> violations) => _violations = violations;

    public object? Read(Type type, JsonElement json, string path)
    {
        if (ScalarText.IsScalar(type))
        {
            return ReadScalar(type, json, path);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            return ReadList(type, json, path);
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return Refuse(path, $"{Shown(json)} is not an object", "an object in braces");
        }

        return type.IsGenericType ? ReadDictionary(type, json, path) : ReadObject(type, json, path);
    }

    private object? ReadScalar(Type type, JsonElement json, string path)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when type != typeof(string) => json.GetRawText(),
            _ => null,
        };
        return text is not null && ScalarText.TryParse(type, text, out var value)
            ? value
            : Refuse(path, $"{Shown(json)} is not {Article(type)}", ScalarText.Allowed(type));
    }

    private object? ReadList(Type type, JsonElement json, string path)
    {
        var list = (IList)Activator.CreateInstance(type)!;
        var item = type.GetGenericArguments()[0];
        if (json.ValueKind != JsonValueKind.Array)
        {
            return Refuse(path, $"{Shown(json)} is not a list", "a list in brackets");
        }

        var index = 0;
        foreach (var element in json.EnumerateArray())
        {
            if (Read(item, element, $"{path}[{index}]") is { } value)
            {
                list.Add(value);
            }

            index++;
        }

        return list;
    }

    private IDictionary ReadDictionary(Type type, JsonElement json, string path)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(type)!;
        foreach (var property in json.EnumerateObject())
        {
            if (Read(type.GetGenericArguments()[1], property.Value, Join(path, property.Name)) is { } value)
            {
                dictionary[property.Name] = value;
            }
        }

        return dictionary;
    }

    private object ReadObject(Type type, JsonElement json, string path)
    {
        var target = Activator.CreateInstance(type)!;
        var known = type.GetProperties().Where(p => p.CanWrite).ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            var here = Join(path, property.Name);
            if (!known.TryGetValue(property.Name, out PropertyInfo? setting))
            {
                Refuse(here, "no setting has this name", "one of " + string.Join(", ", known.Keys));
            }
            else if (!seen.Add(property.Name))
            {
                Refuse(here, "the setting stands here twice", "each setting once");
            }
            else if (property.Value.ValueKind != JsonValueKind.Null && Read(setting.PropertyType, property.Value, here) is { } value)
            {
                setting.SetValue(target, value);
            }
        }

        return target;
    }

    private object? Refuse(string path, string what, string allowed)
    {
        _violations.Add(new Violation(path, what, allowed));
        return null;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Shown(JsonElement json) => json.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : json.GetRawText();

    private static string Article(Type type) => ScalarText.Allowed(type).Split(',')[0] is var allowed && allowed.StartsWith("one of", StringComparison.Ordinal) ? "known" : allowed;
}
