using System.Text;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Heads;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.HitPath;

/// <summary>The fields of a raw head, for routes and Vary. Usual values are made into strings once and shared. Lives on the stack.</summary>
internal readonly ref struct RawFields(ReadOnlySpan<byte> lines, StringPool strings) : IFieldSource
{
    private readonly ReadOnlySpan<byte> _lines = lines;
    private readonly StringPool _strings = strings;

    /// <inheritdoc/>
    public StringValues Field(string name)
    {
        StringValues found = default;
        var rest = _lines;
        while (RawHead.TryTakeField(ref rest, out var has, out var value))
        {
            if (has.Length == name.Length && Ascii.EqualsIgnoreCase(has, name))
            {
                found = found.Count == 0 ? _strings.Get(value, utf8: false) : StringValues.Concat(found, _strings.Get(value, utf8: false));
            }
        }

        return found;
    }
}
