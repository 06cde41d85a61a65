using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Text;

/// <summary>
/// Cuts presentation form into tokens, RFC 1035 §5.1: blanks separate, <c>;</c> starts a comment, parentheses join lines, quotes hold blanks. Works on
/// octets, so that any encoding passes through strings unchanged. One entry ends at a line end outside parentheses.
/// </summary>
internal ref struct PresentationLexer
{
    private readonly ReadOnlySpan<byte> _text;
    private int _depth;
    private int _opened;

    public PresentationLexer(ReadOnlySpan<byte> text, int position = 0)
    {
        _text = text;
        Position = position;
    }

    public int Position { get; private set; }

    /// <summary>What stopped the lexer inside an entry: an open parenthesis or quote.</summary>
    public PresentationFault Fault { get; private set; }

    public readonly bool AtEnd => Position >= _text.Length;

    public readonly ReadOnlySpan<byte> Text => _text;

    /// <summary>Whether the next octet is a blank: at the start of an entry it means "the owner before", RFC 1035 §5.1.</summary>
    public readonly bool AtBlank => !AtEnd && _text[Position] is (byte)' ' or (byte)'\t';

    /// <summary>The next token of this entry; false at its end or on a fault.</summary>
    public bool TryNext(out PresentationToken token)
    {
        token = default;
        if (!SkipToToken())
        {
            return false;
        }

        int start = Position;
        bool quoted = _text[start] == (byte)'"';
        if (quoted)
        {
            Position++;
            if (!SkipQuoted(start))
            {
                return false;
            }

            token = new PresentationToken(_text[(start + 1)..(Position - 1)], start, true);
            return true;
        }

        while (!AtEnd && !IsDelimiter(_text[Position]))
        {
            byte octet = _text[Position++];
            if (octet == (byte)'\\' && !AtEnd && _text[Position] != (byte)'\n')
            {
                Position++;
            }
            else if (octet == (byte)'"' && !SkipQuoted(start))
            {
                return false;
            }
        }

        token = new PresentationToken(_text[start..Position], start, false);
        return true;
    }

    /// <summary>Passes over what is left of the entry and its line end. After a fault this is how reading goes on with the next entry.</summary>
    public void SkipEntry()
    {
        if (!Fault.IsNone)
        {
            int end = _text[Position..].IndexOf((byte)'\n');
            Position = end < 0 ? _text.Length : Position + end;
            Fault = default;
            _depth = 0;
        }

        while (TryNext(out _))
        {
        }

        if (Fault.IsNone && !AtEnd)
        {
            Position++;
        }
    }

    private static bool IsDelimiter(byte octet) =>
        octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)';' or (byte)'(' or (byte)')';

    private bool SkipToToken()
    {
        while (Fault.IsNone && !AtEnd)
        {
            switch (_text[Position])
            {
                case (byte)'\n' when _depth == 0:
                    return false;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    Position++;
                    break;
                case (byte)';':
                    int end = _text[Position..].IndexOf((byte)'\n');
                    Position = end < 0 ? _text.Length : Position + end;
                    break;
                case (byte)'(':
                    _opened = Position++;
                    _depth++;
                    break;
                case (byte)')' when _depth == 0:
                    Fault = new PresentationFault(Position, "')' without '('");
                    return false;
                case (byte)')':
                    Position++;
                    _depth--;
                    break;
                default:
                    return true;
            }
        }

        if (Fault.IsNone && _depth > 0)
        {
            Fault = new PresentationFault(_opened, "'(' is never closed");
            Position = _opened;
        }

        return false;
    }

    /// <summary>From behind an opening quote to behind the closing one; a string ends on its line.</summary>
    private bool SkipQuoted(int start)
    {
        while (!AtEnd && _text[Position] != (byte)'\n')
        {
            byte octet = _text[Position++];
            if (octet == (byte)'"')
            {
                return true;
            }

            if (octet == (byte)'\\' && !AtEnd && _text[Position] != (byte)'\n')
            {
                Position++;
            }
        }

        Fault = new PresentationFault(start, "'\"' is never closed on its line");
        return false;
    }
}
