using System.Globalization;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>A PUT of a record as a publish: value and fields, or a refusal.</summary>
internal static class RecordBody
{
    public static async Task<(RecordPublish? Publish, IResult? Refusal)> ReadAsync(HttpRequest request, RecordKey key, CancellationToken cancellation)
    {
        if (request.ContentLength > Record.MaxValueLength)
        {
            return (null, TooLarge());
        }

        var value = await ReadValueAsync(request.Body, cancellation).ConfigureAwait(false);
        if (value is null)
        {
            return (null, TooLarge());
        }

        if (!TryTtl(request.Headers.CacheControl.ToString(), out var ttl))
        {
            return (null, Problem.BadRequest($"Cache-Control '{request.Headers.CacheControl}' gives no time to live", $"max-age=0 to max-age={Record.MaxTtl}, or nothing: {Record.DefaultTtl}"));
        }

        if (!WritePrecondition.TryParse(Joined(request, "If-Match"), Joined(request, "If-None-Match"), out var precondition, out var error))
        {
            return (null, Problem.BadRequest("a precondition cannot be read", error));
        }

        if (!TryContext(request, out var seen, out error))
        {
            return (null, Problem.BadRequest("Edge-Context cannot be read", error));
        }

        return (new RecordPublish
        {
            Key = key,
            Value = value,
            ContentType = key.IsDns ? null : request.ContentType,
            Ttl = ttl,
            Tags = [.. request.Headers["Cache-Tag"].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            Seen = seen,
            Precondition = precondition,
        }, null);
    }

    /// <summary>What the writer says it has read of a record with several values.</summary>
    public static bool TryContext(HttpRequest request, out VersionVector? seen, out string? error)
    {
        seen = null;
        error = null;
        return Joined(request, RecordAnswer.ContextHeader) is not { } text || VersionVector.TryParse(text, out seen, out error);
    }

    /// <summary>A header's field lines joined as RFC 9110 §5.3 says; null when absent.</summary>
    public static string? Joined(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) ? string.Join(", ", values.Select(v => v)) : null;

    private static async Task<byte[]?> ReadValueAsync(Stream body, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        var piece = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0)
        {
            if (buffer.Length + read > Record.MaxValueLength)
            {
                return null;
            }

            buffer.Write(piece, 0, read);
        }

        return buffer.ToArray();
    }

    private static bool TryTtl(string cacheControl, out int? ttl)
    {
        ttl = null;
        foreach (var part in cacheControl.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            const string name = "max-age=";
            if (!part.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (ttl is not null || !int.TryParse(part.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > Record.MaxTtl)
            {
                return false;
            }

            ttl = seconds;
        }

        return ttl is not null || cacheControl.Length == 0;
    }

    private static IResult TooLarge() => Problem.Of(StatusCodes.Status413PayloadTooLarge, "the value is too large", null, $"at most {Record.MaxValueLength} bytes");
}
