using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.System.Tests.Metrics;

/// <summary>A span as it came in, identifiers in hexadecimal; <paramref name="Links"/> are the spans it is linked to.</summary>
internal sealed record OtlpSpan(string Name, string Trace, string Span, string Parent, IReadOnlyList<string> Links);

/// <summary>A collector that understands as much of OTLP over HTTP (protobuf) as is to be seen of a trace.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpCollector(WebApplication app) => _app = app;

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    public static async Task<OtlpCollector> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        var collector = new OtlpCollector(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (context.Request.Path == "/v1/traces")
            {
                collector.Take(body.ToArray());
            }
        });
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2.
    private void Take(byte[] request)
    {
        foreach (var resource in Fields(request, 1))
        {
            foreach (var span in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                Spans.Enqueue(new OtlpSpan(
                    Encoding.UTF8.GetString(Fields(span, 5).Single()), Hex(span, 1), Hex(span, 2), Hex(span, 4), [.. Fields(span, 13).Select(link => Hex(link, 2))]));
            }
        }
    }

    private static string Hex(byte[] message, int number) => Convert.ToHexString(Fields(message, number).FirstOrDefault() ?? []);

    /// <summary>The length-delimited fields of one number; all others are stepped over.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        found.Add(message[at..(at + length)]);
                    }

                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
