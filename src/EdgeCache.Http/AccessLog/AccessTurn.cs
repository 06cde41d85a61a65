using System.Buffers;
using System.Net;
using System.Text;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.AccessLog;

/// <summary>One request on its way through the application. One user at a time.</summary>
internal sealed class AccessTurn(AccessJournal journal, CountedBody body)
{
    /// <summary>What is logged when a client went away before its answer began, as nginx does.</summary>
    private const int ClientWentAway = 499;

    private const int MaxBytes = LineText.MaxTarget + (4 * (LineText.MaxText + 1)) + 64;

    private readonly long _begun = journal.Begin();

    /// <summary>Counts the body.</summary>
    public CountedBody Body => body;

    /// <summary>The answer is complete.</summary>
    public void End(IFeatureCollection features)
    {
        var response = features.Get<IHttpResponseFeature>();
        var wentAway = response is not { HasStarted: true } && features.Get<IHttpRequestLifetimeFeature>()?.RequestAborted.IsCancellationRequested == true;
        WriteLine(journal, features, wentAway ? ClientWentAway : response?.StatusCode ?? 0, body.Bytes, journal.Since(_begun));
    }

    /// <summary>Writes the line from what the server knows.</summary>
    public static void WriteLine(AccessJournal journal, IFeatureCollection features, int status, long bytes, TimeSpan took)
    {
        var request = features.Get<IHttpRequestFeature>();
        var response = features.Get<IHttpResponseFeature>();
        var room = ArrayPool<byte>.Shared.Rent(MaxBytes);
        var texts = new BoundedWriter(room);
        var headers = request?.Headers;
        journal.Write(new AccessAnswer
        {
            Client = features.Get<IHttpConnectionFeature>()?.RemoteIpAddress,
            Method = Bytes(ref texts, request?.Method),
            Target = Bytes(ref texts, request?.RawTarget, LineText.MaxTarget + 1),
            Protocol = Bytes(ref texts, request?.Protocol, 16),
            Host = Bytes(ref texts, headers?.Host),
            Status = status,
            Bytes = request?.Method == "HEAD" ? 0 : bytes,
            Took = took,
            CacheStatus = Bytes(ref texts, response?.Headers["Cache-Status"]),
            Referer = Bytes(ref texts, headers?.Referer),
            Agent = Bytes(ref texts, headers?.UserAgent),
        });
        ArrayPool<byte>.Shared.Return(room);
    }

    /// <summary>Fields are bytes that the server shows as Latin-1; what is longer than any limit of a line is cut one byte behind it.</summary>
    private static ReadOnlySpan<byte> Bytes(ref BoundedWriter texts, string? text, int most = LineText.MaxText + 1)
    {
        Span<byte> bytes = stackalloc byte[LineText.MaxTarget + 1];
        var length = Encoding.Latin1.GetBytes(text.AsSpan(0, Math.Min(text?.Length ?? 0, most)), bytes);
        var start = texts.Length;
        texts.Append(bytes[..length]);
        return texts.Written[start..];
    }
}
