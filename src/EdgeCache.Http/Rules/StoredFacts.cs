using System.Runtime.InteropServices;

namespace EdgeCache.Http.Rules;

/// <summary>
/// All that the reuse decision needs of a stored response: 36 bytes of numbers and flags without references, so that it can live outside the object heap.
/// Times are milliseconds of the one monotone clock that the caller also passes as <c>now</c>. <c>default</c> is a response that is always stale.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal readonly struct StoredFacts
{
    private const int StrongLastModifiedSeconds = 60;
    private readonly Milliseconds48 _receivedAt;
    private readonly Milliseconds48 _bornAt;

    /// <summary>When it was received, or last validated.</summary>
    public long ReceivedAt { get => _receivedAt; init => _receivedAt = value; }

    /// <summary>When it was born: <see cref="ReceivedAt"/> minus the age it arrived with.</summary>
    public long BornAt { get => _bornAt; init => _bornAt = value; }

    /// <summary>
    /// Last-Modified in Unix seconds, 1970 to 2106; Date when there is none, which stands in for it in conditions (RFC 9111 §4.3.2). What lies outside counts as the nearest
    /// end: a condition then fails, and the whole response goes out.
    /// </summary>
    public uint ModifiedAt { get; init; }

    /// <summary>Milliseconds between the sending of the request and <see cref="ReceivedAt"/>.</summary>
    public uint Delay { get; init; }

    /// <summary>Freshness lifetime, seconds.</summary>
    public uint Lifetime { get; init; }

    /// <summary>Seconds after the lifetime during which it may be served while it is validated.</summary>
    public uint StaleWhileRevalidate { get; init; }

    /// <summary>Seconds after the lifetime during which it may stand in for an error.</summary>
    public uint StaleIfError { get; init; }

    /// <summary>Status code.</summary>
    public ushort Status { get; init; }

    /// <summary>Flags.</summary>
    public StoredFlags Flags { get; init; }

    /// <summary>When the request for it, or its last validation, was sent: it reflects the origin as of then or later.</summary>
    public long SentAt => ReceivedAt - Delay;

    /// <summary>True when there is something to validate with.</summary>
    public bool HasValidator => (Flags & (StoredFlags.HasETag | StoredFlags.HasLastModified)) != 0;

    /// <summary>Milliseconds since it was generated (RFC 9111 §4.2.3).</summary>
    public long AgeAt(long now) => Math.Max(0, now - BornAt);

    /// <summary>The Age field: whole seconds.</summary>
    public uint AgeSecondsAt(long now) => (uint)Math.Min(AgeAt(now) / 1000, DeltaSeconds.Max);

    /// <summary>Seconds of freshness left, negative when stale: <c>ttl</c> of Cache-Status (RFC 9211 §2.4).</summary>
    public long TtlSecondsAt(long now) => (long)Math.Floor(FreshFor(now) / 1000.0);

    /// <summary>Milliseconds of freshness left; zero and below is stale.</summary>
    public long FreshFor(long now) => (Lifetime * 1000L) - AgeAt(now);

    /// <summary>True when the flag is set.</summary>
    public bool Has(StoredFlags flag) => (Flags & flag) != 0;

    /// <summary>The facts of a response about to be stored, or just validated.</summary>
    public static StoredFacts Of(ResponseFacts response, in ReceiptTimes times, in FreshnessPolicy policy = default, bool logAuthority = false)
    {
        var lifetime = Freshness.LifetimeOf(response, policy);
        var initialAge = Freshness.InitialAge(response, times);
        var directives = response.Directives;

        // A forced lifetime runs from receipt; Age stays honest.
        return new()
        {
            ReceivedAt = times.ReceivedAt,
            BornAt = times.ReceivedAt - initialAge,
            ModifiedAt = (uint)Math.Clamp(response.LastModified ?? response.Date, 0, uint.MaxValue),
            Delay = (uint)Math.Clamp(times.ReceivedAt - times.RequestedAt, 0, uint.MaxValue),
            Lifetime = lifetime.Seconds + (policy.ForcedTtl is null ? 0 : (uint)Math.Min(initialAge / 1000, DeltaSeconds.Max - 1)),
            StaleWhileRevalidate = policy.StaleWhileRevalidate ?? directives.StaleWhileRevalidate.Value,
            StaleIfError = policy.StaleIfError ?? directives.StaleIfError.Value,
            Status = (ushort)response.Status,
            Flags = FlagsOf(response, lifetime, policy) | (logAuthority ? StoredFlags.LogAuthority : 0),
        };
    }

    private static StoredFlags FlagsOf(ResponseFacts response, Lifetime lifetime, in FreshnessPolicy policy)
    {
        var directives = response.Directives;
        var flags = StoredFlags.None;
        flags |= directives.Has(ResponseFlags.NoCache) ? StoredFlags.AlwaysValidate : 0;
        flags |= directives.ForbidsStale ? StoredFlags.NeverStale : 0;
        flags |= lifetime.Source == LifetimeSource.Heuristic ? StoredFlags.Heuristic : 0;
        flags |= directives.StaleIfError.IsValid || policy.StaleIfError is not null ? StoredFlags.HasStaleIfError : 0;
        flags |= response.HasSetCookie ? StoredFlags.HasSetCookie : 0;
        if (EntityTag.TryParse(response.ETag, out var tag))
        {
            flags |= StoredFlags.HasETag | (tag.IsWeak ? 0 : StoredFlags.StrongETag);
        }

        if (response.LastModified is { } modified)
        {
            var strong = response.Date - modified >= StrongLastModifiedSeconds;
            flags |= StoredFlags.HasLastModified | (strong ? StoredFlags.StrongLastModified : 0);
        }

        return flags;
    }
}
