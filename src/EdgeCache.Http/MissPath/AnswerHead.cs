using System.Globalization;
using System.Net.Http.Headers;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.MissPath;

/// <summary>Writes the heads of answers as HTTP/1.1 bytes and says how the body is framed (RFC 9112 §6). Thread-safe.</summary>
internal sealed class AnswerHead(EdgeNode node)
{
    /// <summary>The body goes in chunks.</summary>
    public const long Chunked = -1;

    private readonly string _via = Hops.ViaMember("1.1", node.Name);

    /// <summary>The head of a stream; returns the length of its body, or <see cref="Chunked"/>.</summary>
    public long Write(MissClient client, in EdgeAnswer answer)
    {
        var output = client.Output;
        var head = answer.Head!; // A stream has one.
        var framing = new Framing(head.Status);
        HeadBytes.Status(output, head.Status);
        Write(output, head.Lines, answer.IsBelowFloor, ref framing);
        Write(output, answer.Withheld, answer.IsBelowFloor, ref framing);

        if (answer.IsBelowFloor)
        {
            HeadBytes.Field(output, "Cache-Control", "no-cache");
        }

        var status = answer.Status.Format(node.Name);
        HeadBytes.Field(output, "Cache-Status", status);
        client.Begin(head.Status, status);
        return End(output, framing);
    }

    /// <summary>The head of a message; returns the length of its body, or <see cref="Chunked"/>.</summary>
    public long Write(MissClient client, HttpResponseMessage message)
    {
        var output = client.Output;
        var framing = new Framing((int)message.StatusCode);
        HeadBytes.Status(output, (int)message.StatusCode, message.ReasonPhrase);
        Write(output, message.Headers.NonValidated, ref framing);
        Write(output, message.Content.Headers.NonValidated, ref framing);
        if (framing is { Length: Chunked, HasBody: true } && message.Content is ByteArrayContent { Headers.ContentLength: { } length })
        {
            framing.Length = length;
            HeadBytes.Field(output, "Content-Length", length);
        }

        client.Begin((int)message.StatusCode, framing.CacheStatus);
        return End(output, framing);
    }

    private static void Write(SocketOutput output, HeaderLine[] lines, bool belowFloor, ref Framing framing)
    {
        foreach (var line in lines)
        {
            if (!(belowFloor && StreamAnswer.GivesFreshness(line)) && framing.Keeps(line.Name, line.Value))
            {
                HeadBytes.Field(output, line.Name, line.Value);
            }
        }
    }

    private static void Write(SocketOutput output, HttpHeadersNonValidated fields, ref Framing framing)
    {
        foreach (var field in fields)
        {
            foreach (var value in field.Value)
            {
                if (!StoredFields.IsHopByHop(field.Key) && framing.Keeps(field.Key, value))
                {
                    HeadBytes.Field(output, field.Key, value);
                }
            }
        }
    }

    private long End(SocketOutput output, in Framing framing)
    {
        if (!framing.HasDate)
        {
            HeadBytes.Field(output, "Date", node.Time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture));
        }

        HeadBytes.Field(output, "Via", _via);
        if (framing is { Length: Chunked, HasBody: true })
        {
            HeadBytes.Field(output, "Transfer-Encoding", "chunked");
        }

        HeadBytes.End(output);
        return framing.HasBody ? framing.Length : 0;
    }

    /// <summary>What the lines say of the message itself.</summary>
    private struct Framing(int status)
    {
        public long Length { get; set; } = Chunked;

        public bool HasDate { get; private set; }

        public string CacheStatus { get; private set; } = "";

        /// <summary>RFC 9110 §6.4.1.</summary>
        public readonly bool HasBody => status is not (204 or 304);

        /// <summary>False for a line that must not stand: a length where there can be no body (RFC 9110 §8.6).</summary>
        public bool Keeps(string name, string value)
        {
            switch (name.Length)
            {
                case 4 when name.Equals("Date", StringComparison.OrdinalIgnoreCase):
                    HasDate = true;
                    return true;
                case 12 when name.Equals("Cache-Status", StringComparison.OrdinalIgnoreCase):
                    CacheStatus = value; // This node's stands last.
                    return true;
                case 14 when name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase):
                    Length = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture); // Checked when it came.
                    return status != 204;
                default:
                    return true;
            }
        }
    }
}
