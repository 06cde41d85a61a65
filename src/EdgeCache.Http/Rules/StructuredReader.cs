namespace EdgeCache.Http.Rules;

/// <summary>
/// Parses structured fields (RFC 9651 §4.2) strictly: the first byte that does not fit fails the whole field. Covers all bare types; of an inner list only that it is one.
/// </summary>
internal ref partial struct StructuredReader
{
    private ReadOnlySpan<char> _rest;

    private StructuredReader(ReadOnlySpan<char> text) => _rest = text;

    /// <summary>Reads a Dictionary from the joined lines of a field; of a repeated key the last value counts, as the RFC says.</summary>
    public static bool TryDictionary(ReadOnlySpan<char> text, out Dictionary<string, StructuredValue> members)
    {
        members = new(StringComparer.Ordinal);
        var reader = new StructuredReader(text.Trim(' '));
        while (!reader._rest.IsEmpty)
        {
            if (!reader.TryKey(out var key) || !reader.TryDictionaryValue(out var value))
            {
                return false;
            }

            members[key] = value;
            if (!reader.TryComma(out var more))
            {
                return false;
            }

            if (!more)
            {
                break;
            }
        }

        return true;
    }

    /// <summary>Reads a List from the joined lines of a field.</summary>
    public static bool TryList(ReadOnlySpan<char> text, out List<StructuredValue> members)
    {
        members = [];
        var reader = new StructuredReader(text.Trim(' '));
        while (!reader._rest.IsEmpty)
        {
            if (!reader.TryMember(out var value))
            {
                return false;
            }

            members.Add(value);
            if (!reader.TryComma(out var more))
            {
                return false;
            }

            if (!more)
            {
                break;
            }
        }

        return true;
    }

    /// <summary>After a member: the end, or a comma and something behind it.</summary>
    private bool TryComma(out bool more)
    {
        _rest = _rest.TrimStart(" \t");
        more = !_rest.IsEmpty;
        if (!more)
        {
            return true;
        }

        if (_rest[0] != ',')
        {
            return false;
        }

        _rest = _rest[1..].TrimStart(" \t");
        return !_rest.IsEmpty;
    }

    private bool TryDictionaryValue(out StructuredValue value)
    {
        if (Take('='))
        {
            return TryMember(out value);
        }

        value = new(StructuredKind.Boolean, 1);
        return TryParameters();
    }

    private bool TryMember(out StructuredValue value)
    {
        var parsed = Peek('(') ? TryInnerList(out value) : TryBareItem(out value);
        return parsed && TryParameters();
    }

    private bool TryInnerList(out StructuredValue value)
    {
        value = new(StructuredKind.InnerList);
        _rest = _rest[1..];
        while (true)
        {
            _rest = _rest.TrimStart(' ');
            if (Take(')'))
            {
                return true;
            }

            if (!TryBareItem(out _) || !TryParameters() || !(Peek(' ') || Peek(')')))
            {
                return false;
            }
        }
    }

    private bool TryParameters()
    {
        while (Take(';'))
        {
            _rest = _rest.TrimStart(' ');
            if (!TryKey(out _) || (Take('=') && !TryBareItem(out _)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryKey(out string key)
    {
        key = "";
        if (_rest.IsEmpty || !(char.IsAsciiLetterLower(_rest[0]) || _rest[0] == '*'))
        {
            return false;
        }

        var length = 1;
        while (length < _rest.Length && (char.IsAsciiLetterLower(_rest[length]) || char.IsAsciiDigit(_rest[length]) || _rest[length] is '_' or '-' or '.' or '*'))
        {
            length++;
        }

        key = _rest[..length].ToString();
        _rest = _rest[length..];
        return true;
    }

    private readonly bool Peek(char c) => !_rest.IsEmpty && _rest[0] == c;

    private bool Take(char c)
    {
        if (!Peek(c))
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }
}
