using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>
/// The secondary key of RFC 9111 §4.1: the normalised values of the fields a response varies by. Equal keys mean matching requests. Does not allocate for values up to
/// a kilobyte. The hash is seeded per process, so that nobody can search for two requests with the same key.
/// </summary>
internal static class VaryKey
{
    /// <summary>Most characters of all selecting values together; a longer request is not looked up nor stored (<see cref="CacheReason.VaryLimit"/>).</summary>
    public const int MaxCharacters = 16 * 1024;

    private const int StackCharacters = 512;

    /// <summary>Computes the key; false when the values are over the limit.</summary>
    public static bool TryCompute<T>(VarySpec spec, in T request, long seed, out UInt128 key)
        where T : IFieldSource, allows ref struct
    {
        key = UInt128.Zero;
        if (spec.Names.IsEmpty)
        {
            return true;
        }

        Span<char> stack = stackalloc char[StackCharacters];
        if (TryWrite(spec, in request, stack, out var written))
        {
            key = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(stack[..written]), seed);
            return true;
        }

        var rented = ArrayPool<char>.Shared.Rent(MaxCharacters);
        var fits = TryWrite(spec, in request, rented.AsSpan(0, MaxCharacters), out written);
        key = fits ? XxHash128.HashToUInt128(MemoryMarshal.AsBytes(rented.AsSpan(0, written)), seed) : UInt128.Zero;
        ArrayPool<char>.Shared.Return(rented);
        return fits;
    }

    /// <summary>Writes name and normalised value of each field: the same text for matching requests, other text for all others.</summary>
    public static bool TryWrite<T>(VarySpec spec, in T request, Span<char> destination, out int written)
        where T : IFieldSource, allows ref struct
    {
        var writer = new VaryWriter(destination);
        foreach (var name in spec.Names)
        {
            writer.Append(name);
            var lines = request.Field(name);
            writer.Append(lines.Count == 0 ? '\0' : '\u0001');
            AppendValue(ref writer, name, lines);
            writer.Append('\n');
        }

        written = writer.Length;
        return !writer.IsFull;
    }

    private static void AppendValue(ref VaryWriter writer, string name, StringValues lines)
    {
        var form = VaryNormalisation.Of(name);
        for (var i = 0; i < lines.Count; i++)
        {
            if (form == ValueForm.Opaque)
            {
                writer.Append(FieldSyntax.Trim(lines[i]));
                writer.Append('\u0002');
                continue;
            }

            ReadOnlySpan<char> rest = lines[i];
            while (FieldSyntax.TryNextMember(ref rest, out var member))
            {
                writer.AppendMember(member, form == ValueForm.CaselessList);
                writer.Append(',');
            }
        }
    }

    private ref struct VaryWriter(Span<char> destination)
    {
        private readonly Span<char> _destination = destination;

        public int Length { get; private set; }

        public bool IsFull { get; private set; }

        public void Append(char c)
        {
            if (Length >= _destination.Length)
            {
                IsFull = true;
                return;
            }

            _destination[Length++] = c;
        }

        public void Append(ReadOnlySpan<char> text)
        {
            if (!text.TryCopyTo(_destination[Length..]))
            {
                IsFull = true;
                return;
            }

            Length += text.Length;
        }

        /// <summary>A caseless member also loses the space around its parameters.</summary>
        public void AppendMember(ReadOnlySpan<char> member, bool caseless)
        {
            if (!caseless)
            {
                Append(member);
                return;
            }

            foreach (var c in member)
            {
                if (!FieldSyntax.IsSpace(c))
                {
                    Append(char.ToLowerInvariant(c));
                }
            }
        }
    }
}
