using System.Text;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>
/// Header lines in store form: a name byte (or 0, length, name), then value length · 2 (+ 1 when the value is UTF-8 because Latin-1 cannot hold it), then the value.
/// Lengths are base-128 numbers.
/// </summary>
internal ref struct LineWriter
{
    private readonly Span<byte> _to;
    private int _at;

    /// <summary>Writes to a span of the size that <see cref="SizeOf(ReadOnlySpan{HeaderLine})"/> told.</summary>
    public LineWriter(Span<byte> to) => _to = to;

    /// <summary>Bytes that lines take.</summary>
    public static long SizeOf(ReadOnlySpan<HeaderLine> lines)
    {
        long size = 0;
        foreach (var line in lines)
        {
            size++;
            if (HeaderNames.TokenOf(line.Name) == HeaderNames.Literal)
            {
                var name = Encoding.UTF8.GetByteCount(line.Name);
                size += SizeOf((uint)name) + name;
            }

            var value = IsLatin1(line.Value) ? line.Value.Length : Encoding.UTF8.GetByteCount(line.Value);
            size += SizeOf((uint)value * 2) + value;
        }

        return size;
    }

    /// <summary>Writes a line.</summary>
    public void Write(HeaderLine line)
    {
        var token = HeaderNames.TokenOf(line.Name);
        _to[_at++] = token;
        if (token == HeaderNames.Literal)
        {
            Number((uint)Encoding.UTF8.GetByteCount(line.Name));
            _at += Encoding.UTF8.GetBytes(line.Name, _to[_at..]);
        }

        if (IsLatin1(line.Value))
        {
            Number((uint)line.Value.Length * 2);
            _at += Encoding.Latin1.GetBytes(line.Value, _to[_at..]);
        }
        else
        {
            Number(((uint)Encoding.UTF8.GetByteCount(line.Value) * 2) + 1);
            _at += Encoding.UTF8.GetBytes(line.Value, _to[_at..]);
        }
    }

    private static int SizeOf(uint number) => number < 1 << 7 ? 1 : number < 1 << 14 ? 2 : number < 1 << 21 ? 3 : 5;

    private static bool IsLatin1(string value) => !value.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF');

    private void Number(uint number)
    {
        for (; number >= 1 << 7; number >>= 7)
        {
            _to[_at++] = (byte)((number & 0x7F) | 0x80);
        }

        _to[_at++] = (byte)number;
    }
}
