using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Fetching;

/// <summary>A request's fields, copied: a fill outlives the request that began it. Immutable.</summary>
internal readonly struct FieldSnapshot : IFieldSource
{
    private readonly KeyValuePair<string, StringValues>[] _fields;

    /// <summary>
    /// Copies the fields, without those that Connection <paramref name="listed"/>: they do not reach the upstream, so they must not tell variants apart either.
    /// </summary>
    public FieldSnapshot(IHeaderDictionary fields, HashSet<string>? listed = null)
    {
        _fields = new KeyValuePair<string, StringValues>[fields.Count];
        fields.CopyTo(_fields, 0);
        if (listed is not null)
        {
            _fields = Array.FindAll(_fields, f => !listed.Contains(f.Key));
        }
    }

    /// <summary>Takes fields of which each name stands once, whatever its case.</summary>
    public FieldSnapshot(KeyValuePair<string, StringValues>[] fields) => _fields = fields;

    /// <summary>All of them, each name once.</summary>
    public ReadOnlySpan<KeyValuePair<string, StringValues>> All => _fields;

    /// <summary>Names of the fields that may have caused an error with this status (<see cref="ErrorScope"/>).</summary>
    public IEnumerable<string> Blamable(int status)
    {
        foreach (var field in _fields)
        {
            if (field.Key is { } key && ErrorScope.MayHaveCaused(status, key, field.Value))
            {
                yield return key;
            }
        }
    }

    /// <inheritdoc/>
    public StringValues Field(string name)
    {
        foreach (var field in _fields)
        {
            if (field.Key is { } key && key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return field.Value;
            }
        }

        return default;
    }
}

/// <summary>A request's fields where the server has them. Lives on the stack.</summary>
internal readonly ref struct LiveFields(IHeaderDictionary fields) : IFieldSource
{
    private readonly IHeaderDictionary _fields = fields;

    /// <inheritdoc/>
    public StringValues Field(string name) => _fields[name];
}
