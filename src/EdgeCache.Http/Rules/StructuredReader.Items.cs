using System.Text;

namespace EdgeCache.Http.Rules;

/// <summary>Bare items (RFC 9651 §4.2.3.1), one method for each type.</summary>
internal ref partial struct StructuredReader
{
    private const int MaxIntegerDigits = 15;
    private const int MaxDecimalWholeDigits = 12;
    private const int MaxFractionDigits = 3;

    private bool TryBareItem(out StructuredValue value)
    {
        value = default;
        return !_rest.IsEmpty && _rest[0] switch
        {
            '"' => TryString(out value),
            ':' => TryBytes(out value),
            '?' => TryBoolean(out value),
            '@' => TryDate(out value),
            '%' => TryDisplayString(out value),
            '-' or (>= '0' and <= '9') => TryNumber(out value),
            '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => TryToken(out value),
            _ => false,
        };
    }

    private bool TryNumber(out StructuredValue value)
    {
        value = default;
        var negative = Take('-');
        var whole = DigitCount();
        if (whole == 0 || whole > MaxIntegerDigits)
        {
            return false;
        }

        var number = long.Parse(_rest[..whole]);
        _rest = _rest[whole..];
        if (!Take('.'))
        {
            value = new(StructuredKind.Integer, negative ? -number : number);
            return true;
        }

        var fraction = DigitCount();
        _rest = _rest[fraction..];
        value = new(StructuredKind.Decimal, negative ? -number : number);
        return whole <= MaxDecimalWholeDigits && fraction is >= 1 and <= MaxFractionDigits;
    }

    private bool TryDate(out StructuredValue value)
    {
        _rest = _rest[1..];
        if (!TryNumber(out value) || value.Kind != StructuredKind.Integer)
        {
            return false;
        }

        value = value with { Kind = StructuredKind.Date };
        return true;
    }

    private bool TryBoolean(out StructuredValue value)
    {
        var yes = _rest.StartsWith("?1");
        value = new(StructuredKind.Boolean, yes ? 1 : 0);
        if (!yes && !_rest.StartsWith("?0"))
        {
            return false;
        }

        _rest = _rest[2..];
        return true;
    }

    private bool TryToken(out StructuredValue value)
    {
        var length = 1;
        while (length < _rest.Length && (FieldSyntax.TokenChars.Contains(_rest[length]) || _rest[length] is ':' or '/'))
        {
            length++;
        }

        value = new(StructuredKind.Token, 0, _rest[..length].ToString());
        _rest = _rest[length..];
        return true;
    }

    private bool TryString(out StructuredValue value)
    {
        value = default;
        var text = new StringBuilder();
        for (var i = 1; i < _rest.Length; i++)
        {
            var c = _rest[i];
            if (c == '"')
            {
                value = new(StructuredKind.String, 0, text.ToString());
                _rest = _rest[(i + 1)..];
                return true;
            }

            if (c == '\\')
            {
                i++;
                if (i >= _rest.Length || _rest[i] is not ('"' or '\\'))
                {
                    return false;
                }
            }
            else if (c is < ' ' or > '~')
            {
                return false;
            }

            text.Append(_rest[i]);
        }

        return false;
    }

    private bool TryBytes(out StructuredValue value)
    {
        value = default;
        var end = _rest[1..].IndexOf(':');
        if (end < 0)
        {
            return false;
        }

        var encoded = _rest.Slice(1, end);
        var buffer = new byte[(encoded.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64Chars(encoded, buffer, out _))
        {
            return false;
        }

        value = new(StructuredKind.Bytes, 0, encoded.ToString());
        _rest = _rest[(end + 2)..];
        return true;
    }

    // The text is kept encoded: nothing here shows it.
    private bool TryDisplayString(out StructuredValue value)
    {
        value = default;
        if (!_rest.StartsWith("%\""))
        {
            return false;
        }

        for (var i = 2; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                value = new(StructuredKind.DisplayString, 0, _rest[2..i].ToString());
                _rest = _rest[(i + 1)..];
                return true;
            }

            if (_rest[i] is < ' ' or > '~')
            {
                return false;
            }
        }

        return false;
    }

    private readonly int DigitCount()
    {
        var end = _rest.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? _rest.Length : end;
    }
}
