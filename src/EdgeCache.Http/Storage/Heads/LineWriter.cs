using System.Buffers.Binary;
using System.Text;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>
/// Header lines in store form, one of: <see cref="HeaderNames.Shared"/> and the place of the line in <see cref="SharedLines"/>; <see cref="HeaderNames.Dated"/>, a name byte and the seconds
/// of an HTTP-date; or a name byte (or 0, length, name), then value length · 2 (+ 1 when the value is UTF-8 because Latin-1 cannot hold it), then the value. Lengths are base-128 numbers.
/// </summary>
internal ref struct LineWriter
{
    private const int LineOverhead = 1 + 5 + 5;
    private const int MostPerCharacter = 3;
    private readonly SharedLines _shared;
    private readonly Span<byte> _to;
    private int _at;

    /// <summary>Writes to a span of at least what <see cref="Most"/> told.</summary>
    public LineWriter(SharedLines shared, Span<byte> to)
    {
        _shared = shared;
        _to = to;
    }

    /// <summary>Bytes written.</summary>
    public readonly int Written => _at;

    /// <summary>Bytes that lines take at most.</summary>
    public static int Most(ReadOnlySpan<HeaderLine> lines)
    {
        var most = 0;
        foreach (var line in lines)
        {
            most += LineOverhead + ((line.Name.Length + line.Value.Length) * MostPerCharacter);
        }

        return most;
    }

    /// <summary>True when each character is one byte.</summary>
    public static bool IsLatin1(string value) => !value.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF');

    /// <summary>Writes a line.</summary>
    public void Write(in HeaderLine line)
    {
        var token = HeaderNames.TokenOf(line.Name);
        if (token != HeaderNames.Literal && TrySeconds(line.Value, out var seconds))
        {
            _to[_at++] = HeaderNames.Dated;
            _to[_at++] = token;
            BinaryPrimitives.WriteUInt32LittleEndian(_to[_at..], seconds);
            _at += sizeof(uint);
        }
        else if (_shared.TryFind(line, out var place))
        {
            _to[_at++] = HeaderNames.Shared;
            BinaryPrimitives.WriteUInt16LittleEndian(_to[_at..], place);
            _at += sizeof(ushort);
        }
        else
        {
            Spell(line, token);
        }
    }

    private void Spell(in HeaderLine line, byte token)
    {
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

    // Only what is written back letter by letter.
    private static bool TrySeconds(string value, out uint seconds)
    {
        seconds = 0;
        if (value.Length != HttpDate.Length || !HttpDate.TryParse(value, 0, out var parsed) || parsed is < 0 or > uint.MaxValue)
        {
            return false;
        }

        seconds = (uint)parsed;
        Span<char> again = stackalloc char[HttpDate.Length];
        return HttpDate.TryFormat(parsed, again) && value.AsSpan().SequenceEqual(again);
    }

    private void Number(uint number)
    {
        for (; number >= 1 << 7; number >>= 7)
        {
            _to[_at++] = (byte)((number & 0x7F) | 0x80);
        }

        _to[_at++] = (byte)number;
    }
}
