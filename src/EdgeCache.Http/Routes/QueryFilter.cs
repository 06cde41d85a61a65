using System.Text;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>
/// Writes the query that counts, for key and upstream alike. Only <c>&amp;</c> separates, names compare byte for byte without decoding: a parameter in any other
/// spelling is another parameter, which an include list drops and an exclude list keeps, in the key as well as on the way up.
/// </summary>
internal static class QueryFilter
{
    /// <summary>Most parameters that are sorted; a query with more keeps its order.</summary>
    public const int MaxSorted = 256;

    /// <summary>Writes the query with its question mark, or nothing when no parameter is left.</summary>
    public static void Write(ref BoundedWriter writer, ReadOnlySpan<byte> query, KeyParts parts)
    {
        if (query.IsEmpty || parts.KeepsQuery)
        {
            writer.Append(query);
            return;
        }

        query = query[1..];
        Span<Range> found = stackalloc Range[MaxSorted];
        var count = 0;
        var first = true;
        var sorts = parts.SortsQuery && query.Count((byte)'&') < MaxSorted;
        foreach (var range in query.Split((byte)'&'))
        {
            if (query[range].IsEmpty || !Counts(query[range], parts))
            {
                continue;
            }

            if (sorts)
            {
                found[count++] = range;
                continue;
            }

            Append(ref writer, query[range], ref first);
        }

        Sort(found[..count], query);
        foreach (var range in found[..count])
        {
            Append(ref writer, query[range], ref first);
        }
    }

    private static void Append(ref BoundedWriter writer, ReadOnlySpan<byte> parameter, ref bool first)
    {
        writer.Append(first ? (byte)'?' : (byte)'&');
        writer.Append(parameter);
        first = false;
    }

    private static bool Counts(ReadOnlySpan<byte> parameter, KeyParts parts) => parts.Query switch
    {
        QueryMode.Include => IsListed(Name(parameter), parts),
        QueryMode.Exclude => !IsListed(Name(parameter), parts),
        _ => true,
    };

    private static bool IsListed(ReadOnlySpan<byte> name, KeyParts parts)
    {
        foreach (var listed in parts.QueryNames)
        {
            var prefix = listed.EndsWith('*');
            var length = prefix ? listed.Length - 1 : listed.Length;
            if ((prefix ? name.Length >= length : name.Length == length) && Ascii.Equals(name[..length], listed.AsSpan(0, length)))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> parameter) => parameter.IndexOf((byte)'=') is >= 0 and var equals ? parameter[..equals] : parameter;

    /// <summary>Insertion sort: stable, in place, and queries are short.</summary>
    private static void Sort(Span<Range> ranges, ReadOnlySpan<byte> query)
    {
        for (var i = 1; i < ranges.Length; i++)
        {
            var moving = ranges[i];
            var at = i;
            while (at > 0 && Name(query[ranges[at - 1]]).SequenceCompareTo(Name(query[moving])) > 0)
            {
                ranges[at] = ranges[at - 1];
                at--;
            }

            ranges[at] = moving;
        }
    }
}
