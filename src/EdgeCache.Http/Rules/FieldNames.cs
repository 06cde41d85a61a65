using System.Collections.Concurrent;
using System.Text;

namespace EdgeCache.Http.Rules;

/// <summary>Turns field names kept as bytes back into strings without a new string each time. Thread-safe; holds a bounded number of names, others are made anew.</summary>
internal sealed class FieldNames
{
    /// <summary>Most names remembered.</summary>
    public const int MaxNames = 1_024;

    private const int MaxNameBytes = 64;
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The name as a string.</summary>
    public string Get(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxNameBytes)
        {
            return Encoding.UTF8.GetString(name);
        }

        Span<char> text = stackalloc char[MaxNameBytes];
        ReadOnlySpan<char> key = text[..Encoding.UTF8.GetChars(name, text)];
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var known))
        {
            return known;
        }

        var made = key.ToString();
        return _names.Count < MaxNames ? _names.GetOrAdd(made, made) : made;
    }
}
