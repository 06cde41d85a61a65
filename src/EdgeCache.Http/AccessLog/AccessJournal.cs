using System.Globalization;
using System.Net;
using System.Text;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.AccessLog;

/// <summary>Writes one line for each answer of an edge and gives it to the sink. Thread-safe; never waits.</summary>
internal sealed class AccessJournal(AccessSink sink, AccessLogFormat format, string node, TimeProvider time)
{
    [ThreadStatic]
    private static byte[]? _scratch;

    private readonly byte[] _node = Encoding.ASCII.GetBytes(node);
    private volatile Stamp _stamp = new(long.MinValue, []);

    /// <summary>A point in time to measure from.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>What has passed since.</summary>
    public TimeSpan Since(long begun) => time.GetElapsedTime(begun);

    /// <summary>Writes the line of an answer that has just been given.</summary>
    public void Write(in AccessAnswer answer)
    {
        var line = new BoundedWriter(_scratch ??= new byte[LineText.MaxLine]);
        if (format == AccessLogFormat.Json)
        {
            JsonLine.Write(ref line, answer, Now(), _node);
        }
        else
        {
            CombinedLine.Write(ref line, answer, Now(), _node);
        }

        line.Append((byte)'\n');
        if (!line.IsFull)
        {
            _ = sink(line.Written);
        }
    }

    /// <summary>Writes the line of a request that was refused before it could be read.</summary>
    public void Unread(EndPoint? client, int status, string why)
    {
        Span<byte> cacheStatus = stackalloc byte[LineText.MaxText];
        var text = new BoundedWriter(cacheStatus);
        text.Append(node);
        text.Append("; fwd=bypass; detail="u8);
        text.Append(why);
        Write(new AccessAnswer { Client = (client as IPEndPoint)?.Address, Status = status, CacheStatus = text.Written });
    }

    /// <summary>The time as text, made anew when it is another: a second in the combined format, a millisecond in JSON.</summary>
    private byte[] Now()
    {
        var now = time.GetUtcNow();
        var unit = format == AccessLogFormat.Json ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerSecond;
        var stamp = _stamp;
        if (stamp.Count != now.UtcTicks / unit)
        {
            var pattern = format == AccessLogFormat.Json ? "yyyy-MM-ddTHH:mm:ss.fffZ" : "dd/MMM/yyyy:HH:mm:ss +0000";
            _stamp = stamp = new(now.UtcTicks / unit, Encoding.ASCII.GetBytes(now.UtcDateTime.ToString(pattern, CultureInfo.InvariantCulture)));
        }

        return stamp.Text;
    }

    private sealed record Stamp(long Count, byte[] Text);
}
