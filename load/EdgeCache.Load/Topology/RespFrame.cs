using System.Buffers.Text;

namespace EdgeCache.Load.Topology;

/// <summary>Finds where a RESP2 or RESP3 value ends, without decoding it (Redis serialization protocol specification).</summary>
internal static class RespFrame
{
    private const int MaxDepth = 16;

    /// <summary>Length of the first whole value in <paramref name="data"/>, 0 when it is not complete yet, −1 when it is not RESP.</summary>
    public static int Measure(ReadOnlySpan<byte> data) => Measure(data, 0);

    /// <summary>True for a pub/sub delivery: a push or array whose first element is <c>message</c> or <c>smessage</c>.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> frame)
    {
        if (frame.Length == 0 || frame[0] is not ((byte)'*' or (byte)'>'))
        {
            return false;
        }

        var line = frame.IndexOf("\r\n"u8);
        var rest = frame[(line + 2)..];
        return rest.StartsWith("$7\r\nmessage\r\n"u8) || rest.StartsWith("$8\r\npmessage\r\n"u8) || rest.StartsWith("$8\r\nsmessage\r\n"u8);
    }

    private static int Measure(ReadOnlySpan<byte> data, int depth)
    {
        var line = data.IndexOf("\r\n"u8);
        if (line < 0)
        {
            return 0;
        }

        if (line == 0 || depth > MaxDepth)
        {
            return -1;
        }

        var head = line + 2;
        switch ((char)data[0])
        {
            case '+' or '-' or ':' or '_' or ',' or '#' or '(':
                return head;
            case '$' or '=' or '!':
                return Utf8Parser.TryParse(data[1..line], out int length, out _) ? Bulk(data, head, length) : -1;
            case '*' or '>' or '~' or '%' or '|':
                if (!Utf8Parser.TryParse(data[1..line], out int count, out _))
                {
                    return -1;
                }

                // A map has two values an entry; an attribute is followed by the value it belongs to.
                var values = data[0] is (byte)'%' ? count * 2 : data[0] is (byte)'|' ? (count * 2) + 1 : count;
                return Aggregate(data, head, values, depth);
            default:
                return -1;
        }
    }

    private static int Bulk(ReadOnlySpan<byte> data, int head, int length)
    {
        var whole = length < 0 ? head : head + length + 2;
        return data.Length >= whole ? whole : 0;
    }

    private static int Aggregate(ReadOnlySpan<byte> data, int head, int values, int depth)
    {
        var at = head;
        for (var i = 0; i < values; i++)
        {
            var part = Measure(data[at..], depth + 1);
            if (part <= 0)
            {
                return part;
            }

            at += part;
        }

        return at;
    }
}
