using System.Net;
using System.Text;
using EdgeCache.Http.AccessLog;

namespace EdgeCache.Http.HitPath;

/// <summary>The access log of hits on one connection: all it says is in the bytes of the request and of the answer. One user at a time.</summary>
internal sealed class HitAccess(AccessJournal journal, EndPoint? client)
{
    private readonly IPAddress? _client = (client as IPEndPoint)?.Address;

    private static ReadOnlySpan<byte> StatusStart => "HTTP/1.1 "u8;

    /// <summary>A point in time to measure from.</summary>
    public long Begin() => journal.Begin();

    /// <summary>Notes an answer whose head, and body if it is short, are in <paramref name="answer"/>; of a long body this many bytes follow.</summary>
    public void Note(scoped in RawHead head, ReadOnlySpan<byte> answer, long following, long begun)
    {
        var end = answer.IndexOf("\r\n\r\n"u8); // Its own head: it has one.
        var status = answer[StatusStart.Length..];
        var lastLine = answer[..end].LastIndexOf("\r\n"u8) + 2; // Cache-Status, with our member last.
        journal.Write(new AccessAnswer
        {
            Client = _client,
            Method = "GET"u8,
            Target = head.Target,
            Protocol = "HTTP/1.1"u8,
            Host = head.Host,
            Status = ((status[0] - '0') * 100) + ((status[1] - '0') * 10) + status[2] - '0',
            Bytes = answer.Length - end - 4 + following,
            Took = journal.Since(begun),
            CacheStatus = answer[lastLine..end]["Cache-Status: ".Length..],
            Referer = Field(head.Lines, "referer"u8),
            Agent = Field(head.Lines, "user-agent"u8),
        });
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> name)
    {
        while (RawHead.TryTakeField(ref lines, out var has, out var value))
        {
            if (Ascii.EqualsIgnoreCase(has, name))
            {
                return value;
            }
        }

        return default;
    }
}
