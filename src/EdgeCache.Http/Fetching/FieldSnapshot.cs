using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Fetching;

/// <summary>A request's fields, copied: a fill outlives the request that began it. Immutable.</summary>
internal readonly struct FieldSnapshot : IFieldSource
{
    private readonly KeyValuePair<string, StringValues>[] _fields;

    /// <summary>Copies the fields.</summary>
    public FieldSnapshot(IHeaderDictionary fields)
    {
        _fields = new KeyValuePair<string, StringValues>[fields.Count];
        fields.CopyTo(_fields, 0);
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
