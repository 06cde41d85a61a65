using System.Net;

namespace EdgeCache.Http.AccessLog;

/// <summary>What an access log says of one answer. Bytes are as they came: nothing is escaped yet. Empty where there was none.</summary>
internal readonly ref struct AccessAnswer
{
    /// <summary>Who asked; null: not known.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>The method.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The request target.</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary>Protocol and version.</summary>
    public ReadOnlySpan<byte> Protocol { get; init; }

    /// <summary>The host asked for.</summary>
    public ReadOnlySpan<byte> Host { get; init; }

    /// <summary>Status of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>Bytes of the body.</summary>
    public long Bytes { get; init; }

    /// <summary>From the complete head of the request to the end of the answer.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The answer's Cache-Status (RFC 9211).</summary>
    public ReadOnlySpan<byte> CacheStatus { get; init; }

    /// <summary>The request's Referer.</summary>
    public ReadOnlySpan<byte> Referer { get; init; }

    /// <summary>The request's User-Agent.</summary>
    public ReadOnlySpan<byte> Agent { get; init; }
}
