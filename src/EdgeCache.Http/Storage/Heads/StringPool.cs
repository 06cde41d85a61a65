using System.IO.Hashing;
using System.Text;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>Short values that many heads share ("text/html", "max-age=3600") as one string. A table where the newer replaces the older; races only cost a string.</summary>
internal sealed class StringPool
{
    private const int Slots = 2048;
    private const int LongestPooled = 64;
    private readonly string?[] _slots = new string?[Slots];

    /// <summary>Bytes held, full.</summary>
    public static long Bytes => Slots * (8L + 96);

    /// <summary>The string of a value.</summary>
    public string Get(ReadOnlySpan<byte> value, bool utf8)
    {
        if (utf8)
        {
            return Encoding.UTF8.GetString(value);
        }

        if (value.Length > LongestPooled)
        {
            return Encoding.Latin1.GetString(value);
        }

        ref var slot = ref _slots[XxHash3.HashToUInt64(value) % Slots];
        var found = Volatile.Read(ref slot);
        if (found is null || !IsSame(found, value))
        {
            found = Encoding.Latin1.GetString(value);
            Volatile.Write(ref slot, found);
        }

        return found;
    }

    private static bool IsSame(string text, ReadOnlySpan<byte> value)
    {
        if (text.Length != value.Length)
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (text[i] != value[i])
            {
                return false;
            }
        }

        return true;
    }
}
