using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using EdgeCache.Dns.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EdgeCache.Nodes;

/// <summary>DNS over HTTPS (RFC 8484): a query by GET or POST becomes a question to one DNS server. The TLS in front is somebody else's part.</summary>
internal sealed class DohEndpoint
{
    /// <summary>Where it is, as clients expect it.</summary>
    public const string Path = "/dns-query";

    private const string MediaType = "application/dns-message";
    private const int MaxMessage = 65_535;
    private readonly DnsForwarder _forwarder;

    public DohEndpoint(DnsForwarder forwarder) => _forwarder = forwarder;

    public async Task InvokeAsync(HttpContext context)
    {
        var (query, refusal) = await ReadAsync(context).ConfigureAwait(false);
        if (refusal != StatusCodes.Status200OK)
        {
            Refuse(context.Response, refusal);
            return;
        }

        var answer = await _forwarder.AskAsync(query, context.RequestAborted).ConfigureAwait(false);
        if (answer.Outcome != ForwardOutcome.Answered)
        {
            Refuse(context.Response, answer.Outcome switch
            {
                ForwardOutcome.Malformed => StatusCodes.Status400BadRequest,
                ForwardOutcome.Busy => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status504GatewayTimeout,
            });
            return;
        }

        // RFC 8484 §5.1: never fresh for longer than the records are.
        var headers = context.Response.Headers;
        headers.ContentType = MediaType;
        headers.ContentLength = answer.Message.Length;
        headers.CacheControl = answer.Lifetime is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"max-age={seconds}") : "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(answer.Message, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async ValueTask<(ReadOnlyMemory<byte> Query, int Status)> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            // RFC 8484 §6: base64url without padding.
            return request.Query["dns"] is [{ Length: > 0 } text] && !text.Contains('=', StringComparison.Ordinal) && TryDecode(text, out var query)
                ? (query, StatusCodes.Status200OK)
                : (default, StatusCodes.Status400BadRequest);
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return (default, StatusCodes.Status405MethodNotAllowed);
        }

        // What is in a content coding is not the message either (RFC 9110 §8.4).
        if (!StringValues.IsNullOrEmpty(request.Headers.ContentEncoding) || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return (default, StatusCodes.Status415UnsupportedMediaType);
        }

        return await ReadBodyAsync(request, context.RequestAborted).ConfigureAwait(false);
    }

    private static async ValueTask<(ReadOnlyMemory<byte> Query, int Status)> ReadBodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxMessage)
        {
            return (default, StatusCodes.Status413PayloadTooLarge);
        }

        var body = new byte[(request.ContentLength ?? MaxMessage) + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return length > MaxMessage ? (default, StatusCodes.Status413PayloadTooLarge) : (body.AsMemory(0, length), StatusCodes.Status200OK);
    }

    private static bool TryDecode(string text, out ReadOnlyMemory<byte> query)
    {
        var octets = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        var good = Base64Url.DecodeFromChars(text, octets, out var taken, out var length) == OperationStatus.Done && taken == text.Length;
        query = octets.AsMemory(0, length);
        return good;
    }

    private static void Refuse(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = "GET, HEAD, POST";
        }
        else if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "1";
        }
    }
}
