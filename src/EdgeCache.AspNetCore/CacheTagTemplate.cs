using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.AspNetCore;

/// <summary>A tag with places for route values: <c>product-{id}</c>. A brace itself is written twice. Immutable, pure.</summary>
internal sealed class CacheTagTemplate
{
    private readonly List<(string Text, bool IsValue)> _parts;

    private CacheTagTemplate(string text, List<(string Text, bool IsValue)> parts)
    {
        Text = text;
        _parts = parts;
    }

    public string Text { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="ArgumentException">It is none; the message says where and what is allowed.</exception>
    public static CacheTagTemplate Parse(string text)
    {
        if (text.Length is 0 or > CacheTagLimits.MaxTemplateLength)
        {
            throw new ArgumentException($"a tag's template has 1 to {CacheTagLimits.MaxTemplateLength} characters, such as product-{{id}}", nameof(text));
        }

        var parts = new List<(string, bool)>();
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('{' or '}'))
            {
                plain.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == text[i])
            {
                plain.Append(text[i++]);
            }
            else if (text[i] == '{' && text.IndexOf('}', i) is var end && end > i + 1 && !text.AsSpan(i + 1, end - i - 1).Contains('{'))
            {
                parts.Add((plain.ToString(), false));
                parts.Add((text[(i + 1)..end], true));
                plain.Clear();
                i = end;
            }
            else
            {
                throw new ArgumentException($"'{text}' at {i + 1}: a brace without its other half; write {{name}} for a route value, {{{{ or }}}} for a brace", nameof(text));
            }
        }

        parts.Add((plain.ToString(), false));
        return parts.Where(p => !p.Item2).All(p => p.Item1.All(IsAllowed))
            ? new CacheTagTemplate(text, parts)
            : throw new ArgumentException($"'{text}': a tag has printable ASCII characters without comma and space", nameof(text));
    }

    /// <summary>The tag for these route values; or what is wrong with it.</summary>
    public bool TryFormat(RouteValueDictionary values, [NotNullWhen(true)] out string? tag, [NotNullWhen(false)] out string? fault)
    {
        (tag, fault) = (null, null);
        var result = new StringBuilder();
        foreach (var (text, isValue) in _parts)
        {
            var piece = isValue ? Convert.ToString(values.GetValueOrDefault(text), CultureInfo.InvariantCulture) : text;
            if (isValue && string.IsNullOrEmpty(piece))
            {
                fault = $"{Text}: the route has no value '{text}'";
                return false;
            }

            result.Append(piece);
        }

        tag = result.ToString();
        fault = Fault(tag) is { } why ? $"{Text}: {why}" : null;
        return fault is null;
    }

    /// <summary>What is wrong with a tag; null when nothing is. A comma would make two tags of it, and what is not ASCII is spelt differently by every hop.</summary>
    public static string? Fault(string tag) =>
        tag.Length is 0 or > CacheTagLimits.MaxTagLength ? $"a tag has 1 to {CacheTagLimits.MaxTagLength} characters"
        : !tag.All(IsAllowed) ? "a tag has printable ASCII characters without comma and space"
        : null;

    private static bool IsAllowed(char c) => c is > ' ' and < (char)0x7F and not ',';
}
