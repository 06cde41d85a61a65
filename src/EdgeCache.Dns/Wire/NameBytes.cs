using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace EdgeCache.Dns.Wire;

/// <summary>
/// Operations on a name in uncompressed wire form: length-prefixed labels and the root's zero octet. The callers pass well-formed names
/// (read by <see cref="WireReader"/> or made by <see cref="NameText"/>). Case is that of ASCII alone, RFC 4343.
/// </summary>
internal static class NameBytes
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Random per process: names are chosen by strangers, and hash tables must not be made to degrade.</summary>
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>The octets of the root name.</summary>
    public static ReadOnlySpan<byte> Root => [0];

    public static bool IsRoot(ReadOnlySpan<byte> name) => name.Length <= 1;

    /// <summary>Labels without the root.</summary>
    public static int CountLabels(ReadOnlySpan<byte> name)
    {
        int labels = 0;
        for (int i = 0; i < name.Length && name[i] != 0; i += name[i] + 1)
        {
            labels++;
        }

        return labels;
    }

    /// <summary>The name without its first label; the root's parent is the root.</summary>
    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> name) => IsRoot(name) ? name : name[(name[0] + 1)..];

    /// <summary>The last <paramref name="labels"/> labels of a name that has at least as many.</summary>
    public static ReadOnlySpan<byte> Suffix(ReadOnlySpan<byte> name, int labels)
    {
        for (int skip = CountLabels(name) - labels; skip > 0; skip--)
        {
            name = Parent(name);
        }

        return name;
    }

    public static bool IsWildcard(ReadOnlySpan<byte> name) => name.Length > 2 && name[0] == 1 && name[1] == (byte)'*';

    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        int i = 0;
        for (; i + 8 <= left.Length; i += 8)
        {
            if (Lower(BinaryPrimitives.ReadUInt64LittleEndian(left[i..])) != Lower(BinaryPrimitives.ReadUInt64LittleEndian(right[i..])))
            {
                return false;
            }
        }

        for (; i < left.Length; i++)
        {
            if (Lower(left[i]) != Lower(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether <paramref name="name"/> is <paramref name="ancestor"/> or below it; label borders are respected.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ancestor)
    {
        while (name.Length > ancestor.Length && name[0] != 0)
        {
            name = name[(name[0] + 1)..];
        }

        return Equal(name, ancestor);
    }

    /// <summary>Equal for names that differ in case only. Different in each process.</summary>
    public static ulong Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = Seed ^ (ulong)name.Length;
        int i = 0;
        for (; i + 8 <= name.Length; i += 8)
        {
            hash = Mix(hash, Lower(BinaryPrimitives.ReadUInt64LittleEndian(name[i..])));
        }

        return i == name.Length ? hash : Mix(hash, Lower(Tail(name[i..])));
    }

    /// <summary>
    /// Fills where each label starts and the hash of the suffix that starts there, and returns the number of labels. Entry <c>[labels]</c> is the
    /// root. The hash of a suffix does not depend on what stands before it. Both spans hold <see cref="WireLimits.MaxLabels"/> + 1.
    /// </summary>
    public static int HashSuffixes(ReadOnlySpan<byte> name, Span<byte> starts, Span<ulong> hashes)
    {
        int labels = 0;
        int at = 0;
        while (name[at] != 0)
        {
            starts[labels++] = (byte)at;
            at += name[at] + 1;
        }

        starts[labels] = (byte)at;
        ulong hash = Seed;
        hashes[labels] = hash;
        for (int i = labels - 1; i >= 0; i--)
        {
            hash = PrependLabel(hash, name[starts[i]..starts[i + 1]]);
            hashes[i] = hash;
        }

        return labels;
    }

    /// <summary>The suffix hash of one label (with its length octet) before a suffix of that hash.</summary>
    public static ulong PrependLabel(ulong suffix, ReadOnlySpan<byte> label)
    {
        ulong hash = suffix;
        int i = 0;
        for (; i + 8 <= label.Length; i += 8)
        {
            hash = Mix(hash, Lower(BinaryPrimitives.ReadUInt64LittleEndian(label[i..])));
        }

        return i == label.Length ? hash : Mix(hash, Lower(Tail(label[i..])));
    }

    /// <summary>The suffix hash of a whole name.</summary>
    [SkipLocalsInit]
    public static ulong SuffixHash(ReadOnlySpan<byte> name)
    {
        Span<byte> starts = stackalloc byte[WireLimits.MaxLabels + 1];
        Span<ulong> hashes = stackalloc ulong[WireLimits.MaxLabels + 1];
        HashSuffixes(name, starts, hashes);
        return hashes[0];
    }

    /// <summary>Copies with A–Z made a–z. Length octets are at most 63 and so never letters.</summary>
    public static void ToLower(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        int i = 0;
        for (; i + 8 <= name.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[i..], Lower(BinaryPrimitives.ReadUInt64LittleEndian(name[i..])));
        }

        for (; i < name.Length; i++)
        {
            destination[i] = Lower(name[i]);
        }
    }

    /// <summary>Canonical order, RFC 4034 §6.1: by labels from the right, each as lower-case octets, a missing label first.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int leftLabels = CountLabels(left);
        int rightLabels = CountLabels(right);
        for (int i = 1; i <= Math.Min(leftLabels, rightLabels); i++)
        {
            ReadOnlySpan<byte> a = Suffix(left, i);
            ReadOnlySpan<byte> b = Suffix(right, i);
            int order = CompareLabels(a.Slice(1, a[0]), b.Slice(1, b[0]));
            if (order != 0)
            {
                return order;
            }
        }

        return leftLabels.CompareTo(rightLabels);
    }

    public static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    private static int CompareLabels(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            int order = Lower(left[i]).CompareTo(Lower(right[i]));
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Eight octets at once: bit 5 is set where an octet is A–Z. No sum carries into the next octet.</summary>
    private static ulong Lower(ulong octets)
    {
        ulong low = octets & 0x7F7F_7F7F_7F7F_7F7F;
        ulong aboveZ = low + 0x2525_2525_2525_2525;
        ulong fromA = low + 0x3F3F_3F3F_3F3F_3F3F;
        ulong upper = (fromA ^ aboveZ) & ~octets & 0x8080_8080_8080_8080;
        return octets | (upper >> 2);
    }

    private static ulong Tail(ReadOnlySpan<byte> rest)
    {
        ulong value = 0;
        for (int i = rest.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | rest[i];
        }

        return value;
    }

    private static ulong Mix(ulong hash, ulong octets)
    {
        ulong high = Math.BigMul(hash ^ octets, Multiplier, out ulong low);
        return high ^ low;
    }
}
