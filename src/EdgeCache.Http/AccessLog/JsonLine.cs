using EdgeCache.Http.Rules;

namespace EdgeCache.Http.AccessLog;

/// <summary>One JSON object for each answer; every field is always there.</summary>
internal static class JsonLine
{
    /// <summary>Writes the line without its line feed.</summary>
    public static void Write(ref BoundedWriter line, in AccessAnswer answer, ReadOnlySpan<byte> time, ReadOnlySpan<byte> node)
    {
        line.Append("{\"time\":\""u8);
        line.Append(time);
        line.Append("\",\"node\":\""u8);
        line.Append(node);
        line.Append("\",\"client\":\""u8);
        LineText.Address(ref line, answer.Client);
        Text(ref line, "\",\"method\":\""u8, answer.Method);
        Text(ref line, "\",\"host\":\""u8, answer.Host);
        line.Append("\",\"target\":\""u8);
        LineText.Json(ref line, answer.Target, LineText.MaxTarget);
        Text(ref line, "\",\"protocol\":\""u8, answer.Protocol);
        line.Append("\",\"status\":"u8);
        LineText.Number(ref line, answer.Status);
        line.Append(",\"bytes\":"u8);
        LineText.Number(ref line, answer.Bytes);
        line.Append(",\"durationMs\":"u8);
        LineText.Fraction(ref line, (long)answer.Took.TotalMicroseconds, 3);
        Text(ref line, ",\"cacheStatus\":\""u8, answer.CacheStatus);
        Text(ref line, "\",\"referer\":\""u8, answer.Referer);
        Text(ref line, "\",\"userAgent\":\""u8, answer.Agent);
        line.Append("\"}"u8);
    }

    private static void Text(ref BoundedWriter line, ReadOnlySpan<byte> opening, ReadOnlySpan<byte> text)
    {
        line.Append(opening);
        LineText.Json(ref line, text);
    }
}
