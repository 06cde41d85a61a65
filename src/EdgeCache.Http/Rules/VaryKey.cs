using System.Buffers;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>
/// The secondary key of RFC 9111 §4.1 as bytes: for each field a response varies by, its name and its normalised value. A request matches a stored response if and only
/// if writing the same fields of the request gives the same bytes. Empty when the response does not vary. Matching does not allocate for values up to half a kilobyte.
/// </summary>
internal static class VaryKey
{
    /// <summary>Longest key; a response selected by more is not stored, a request with more matches nothing (<see cref="CacheReason.VaryLimit"/>).</summary>
    public const int MaxBytes = 16 * 1024;

    private const int StackBytes = 512;
    private const byte NameEnd = (byte)':';
    private const byte FieldEnd = (byte)'\n';

    /// <summary>Writes the key of a request; false when it does not fit.</summary>
    public static bool TryWrite<T>(VarySpec spec, in T request, Span<byte> destination, out int written)
        where T : IFieldSource, allows ref struct
    {
        var writer = new BoundedWriter(destination);
        foreach (var name in spec.Names)
        {
            AppendField(ref writer, name, request.Field(name));
        }

        written = writer.Length;
        return !writer.IsFull && written <= MaxBytes;
    }

    /// <summary>True when a request has the field values of a stored key.</summary>
    public static bool Matches<T>(ReadOnlySpan<byte> key, in T request, FieldNames names)
        where T : IFieldSource, allows ref struct
    {
        while (!key.IsEmpty)
        {
            var colon = key.IndexOf(NameEnd);
            var end = key.IndexOf(FieldEnd);
            if (colon <= 0 || end < colon || !FieldMatches(key[..(end + 1)], names.Get(key[..colon]), in request))
            {
                return false;
            }

            key = key[(end + 1)..];
        }

        return true;
    }

    private static bool FieldMatches<T>(ReadOnlySpan<byte> stored, string name, in T request)
        where T : IFieldSource, allows ref struct
    {
        var lines = request.Field(name);
        Span<byte> stack = stackalloc byte[StackBytes];

        // One byte more than stored is enough: a longer value is another one. Without a copy of the whole value nothing else is needed.
        if (stored.Length < StackBytes)
        {
            return Equal(stored, name, lines, stack[..(stored.Length + 1)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(stored.Length + 1);
        var equal = Equal(stored, name, lines, rented.AsSpan(0, stored.Length + 1));
        ArrayPool<byte>.Shared.Return(rented);
        return equal;
    }

    private static bool Equal(ReadOnlySpan<byte> stored, string name, StringValues lines, Span<byte> buffer)
    {
        var writer = new BoundedWriter(buffer);
        AppendField(ref writer, name, lines);
        return !writer.IsFull && writer.Written.SequenceEqual(stored);
    }

    private static void AppendField(ref BoundedWriter writer, string name, StringValues lines)
    {
        writer.Append(name);
        writer.Append(NameEnd);
        if (lines.Count > 0)
        {
            // Present and empty is not the same as absent.
            writer.Append((byte)' ');
            AppendValue(ref writer, lines, VaryNormalisation.Of(name));
        }

        writer.Append(FieldEnd);
    }

    internal static void AppendValue(ref BoundedWriter writer, StringValues lines, ValueForm form)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (form == ValueForm.Opaque)
            {
                writer.Append(i == 0 ? "" : "\r");
                writer.Append(FieldSyntax.Trim(lines[i]));
                continue;
            }

            ReadOnlySpan<char> rest = lines[i];
            while (FieldSyntax.TryNextMember(ref rest, out var member))
            {
                AppendMember(ref writer, member, form == ValueForm.CaselessList);
                writer.Append((byte)',');
            }
        }
    }

    /// <summary>A caseless member also loses the space around its parameters.</summary>
    private static void AppendMember(ref BoundedWriter writer, ReadOnlySpan<char> member, bool caseless)
    {
        if (!caseless)
        {
            writer.Append(member);
            return;
        }

        Span<char> lower = stackalloc char[2];
        foreach (var rune in member.EnumerateRunes())
        {
            if (rune.Value is not (' ' or '\t'))
            {
                writer.Append(lower[..Rune.ToLowerInvariant(rune).EncodeToUtf16(lower)]);
            }
        }
    }
}
