using EdgeCache.Http.Rules;

namespace EdgeCache.Http.AccessLog;

/// <summary>The combined format, which readers of web servers' logs know, with what a cache adds behind it.</summary>
internal static class CombinedLine
{
    /// <summary>Writes the line without its line feed.</summary>
    public static void Write(ref BoundedWriter line, in AccessAnswer answer, ReadOnlySpan<byte> time, ReadOnlySpan<byte> node)
    {
        LineText.Address(ref line, answer.Client);
        line.Append(" - - ["u8);
        line.Append(time);
        line.Append("] \""u8);
        if (!answer.Method.IsEmpty)
        {
            LineText.Quoted(ref line, answer.Method);
            line.Append((byte)' ');
            LineText.Quoted(ref line, answer.Target, LineText.MaxTarget);
            line.Append((byte)' ');
        }

        LineText.Quoted(ref line, answer.Protocol);
        line.Append("\" "u8);
        LineText.Number(ref line, answer.Status);
        line.Append((byte)' ');
        LineText.Number(ref line, answer.Bytes);
        Named(ref line, " \""u8, answer.Referer);
        Named(ref line, " \""u8, answer.Agent);
        line.Append(" "u8);
        LineText.Fraction(ref line, (long)answer.Took.TotalMicroseconds, 6);
        Named(ref line, " \""u8, answer.CacheStatus);
        Named(ref line, " \""u8, answer.Host);
        line.Append((byte)' ');
        line.Append(node);
    }

    private static void Named(ref BoundedWriter line, ReadOnlySpan<byte> opening, ReadOnlySpan<byte> text)
    {
        line.Append(opening);
        LineText.Quoted(ref line, text);
        line.Append((byte)'"');
    }
}
