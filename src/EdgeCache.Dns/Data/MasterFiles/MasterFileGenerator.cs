using System.Globalization;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>
/// $GENERATE as BIND defines it: <c>$GENERATE start-stop[/step] owner [ttl] [class] type data</c>; a <c>$</c> is the number, <c>${offset,width,base}</c>
/// formats it (base <c>d o x X</c>, never below zero, or <c>n N</c> for nibbles as in ip6.arpa), <c>$$</c> and <c>\$</c> are a dollar sign.
/// </summary>
internal static class MasterFileGenerator
{
    private const int MaxWidth = 63;

    public static PresentationFault Read(scoped ref PresentationLexer lexer, MasterFileParser parser, DomainName origin)
    {
        if (!lexer.TryNext(out PresentationToken range) || !TryParseRange(range.Text, out int start, out int stop, out int step))
        {
            return new PresentationFault(lexer.Position, "$GENERATE needs a range: start-stop or start-stop/step");
        }

        if (((stop - start) / step) + 1 > DataLimits.MaxGenerated)
        {
            return new PresentationFault(range.Offset, $"$GENERATE makes at most {DataLimits.MaxGenerated} records");
        }

        int from = lexer.Position;
        while (lexer.TryNext(out _))
        {
        }

        if (!lexer.Fault.IsNone)
        {
            return lexer.Fault;
        }

        string template = Encoding.Latin1.GetString(lexer.Text[from..lexer.Position]);
        for (int number = start; number <= stop; number += step)
        {
            if (!TryExpand(template, number, out string line))
            {
                return new PresentationFault(from, "a ${offset,width,base} of $GENERATE is malformed or comes to less than zero");
            }

            PresentationFault fault = parser.ReadGenerated(Encoding.Latin1.GetBytes(line), origin);
            if (!fault.IsNone)
            {
                // The place in a made line says nothing; the place of the template does.
                return new PresentationFault(range.Offset, $"at {number}: {fault.Reason}");
            }
        }

        return default;
    }

    private static bool TryParseRange(ReadOnlySpan<byte> text, out int start, out int stop, out int step)
    {
        start = stop = 0;
        step = 1;
        int dash = text.IndexOf((byte)'-');
        int slash = text.IndexOf((byte)'/');
        ReadOnlySpan<byte> last = slash < 0 ? text : text[..slash];
        return dash > 0 && dash < last.Length
            && int.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out start)
            && int.TryParse(last[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out stop)
            && (slash < 0 || int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out step))
            && start <= stop && step > 0 && stop < int.MaxValue - step;
    }

    private static bool TryExpand(string template, int number, out string line)
    {
        var text = new StringBuilder(template.Length + 16);
        line = string.Empty;
        for (int i = 0; i < template.Length; i++)
        {
            char next = i + 1 < template.Length ? template[i + 1] : '\0';
            if (template[i] == '\\' && next != '\0')
            {
                text.Append(next == '$' ? "" : "\\").Append(next);
                i++;
            }
            else if (template[i] != '$')
            {
                text.Append(template[i]);
            }
            else if (next == '$')
            {
                text.Append('$');
                i++;
            }
            else if (next != '{')
            {
                text.Append(CultureInfo.InvariantCulture, $"{number}");
            }
            else
            {
                int close = template.IndexOf('}', i);
                if (close < 0 || !TryFormat(template[(i + 2)..close], number, text))
                {
                    return false;
                }

                i = close;
            }
        }

        line = text.ToString();
        return true;
    }

    private static bool TryFormat(string modifiers, int number, StringBuilder text)
    {
        string[] parts = modifiers.Split(',');
        int width = 0;
        if (parts.Length > 3
            || !int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset)
            || (parts.Length > 1 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width > MaxWidth)))
        {
            return false;
        }

        long value = (long)number + offset;
        string? digits = value < 0 ? null : (parts.Length > 2 ? parts[2] : "d") switch
        {
            "d" => value.ToString(CultureInfo.InvariantCulture),
            "o" => Convert.ToString(value, 8),
            "x" => value.ToString("x", CultureInfo.InvariantCulture),
            "X" => value.ToString("X", CultureInfo.InvariantCulture),
            "n" => Nibbles(value, width, "x"),
            "N" => Nibbles(value, width, "X"),
            _ => null,
        };
        text.Append(digits?.PadLeft(width, '0'));
        return digits is not null;
    }

    /// <summary>Hexadecimal digits, the last first, with dots between; the width counts both, and an even one is the dot that the next digit follows.</summary>
    private static string Nibbles(long value, int width, string format)
    {
        string digits = value.ToString(format, CultureInfo.InvariantCulture).PadLeft((width + 1) / 2, '0');
        return string.Join('.', digits.Reverse()) + (width > 0 && width % 2 == 0 && digits.Length == width / 2 ? "." : string.Empty);
    }
}
