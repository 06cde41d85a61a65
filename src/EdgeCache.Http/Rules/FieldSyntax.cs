using System.Buffers;

namespace EdgeCache.Http.Rules;

/// <summary>The small grammar of RFC 9110 §5.6 that all fields share.</summary>
internal static class FieldSyntax
{
    /// <summary>Characters of a token (RFC 9110 §5.6.2).</summary>
    public static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The text without optional whitespace (RFC 9110 §5.6.3) around it.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");

    /// <summary>True for a non-empty token.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && text.IndexOfAnyExcept(TokenChars) < 0;

    /// <summary>Length of the token at the start of the text.</summary>
    public static int TokenLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(TokenChars);
        return end < 0 ? text.Length : end;
    }

    /// <summary>Length of the quoted-string at the start of the text with both quotes, or 0 when it does not end.</summary>
    public static int QuotedLength(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>Splits the next member off a comma-separated list; commas inside a quoted-string do not separate, an unfinished quote is an ordinary character.</summary>
    public static bool TryNextMember(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> member)
    {
        while (!rest.IsEmpty)
        {
            var end = MemberEnd(rest);
            member = Trim(rest[..end]);
            rest = end < rest.Length ? rest[(end + 1)..] : default;
            if (!member.IsEmpty)
            {
                return true;
            }
        }

        member = default;
        return false;
    }

    /// <summary>Where the member at the start of the text ends: at a comma outside quotes, or at the end.</summary>
    public static int MemberEnd(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ',')
            {
                return i;
            }

            if (text[i] == '"')
            {
                var quoted = QuotedLength(text[i..]);
                i += quoted == 0 ? 0 : quoted - 1;
            }
        }

        return text.Length;
    }
}
