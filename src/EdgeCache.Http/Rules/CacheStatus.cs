namespace EdgeCache.Http.Rules;

/// <summary>Why a request went forward (RFC 9211 §2.2).</summary>
internal enum ForwardCause : byte
{
    /// <summary>It did not: a hit.</summary>
    None,
    Bypass,
    Method,
    UriMiss,
    VaryMiss,
    Miss,
    Request,
    Stale,
    Partial,
}

/// <summary>This cache's member of Cache-Status (RFC 9211). Writing it into a span does not allocate.</summary>
internal readonly record struct CacheStatus
{
    /// <summary>Longest member: name, all parameters and the longest detail.</summary>
    public const int MaxLength = 256;

    /// <summary>Why it was forwarded; None is a hit.</summary>
    public ForwardCause Forward { get; init; }

    /// <summary>Status of the upstream's answer, 0 when there was none.</summary>
    public int ForwardStatus { get; init; }

    /// <summary>Freshness left, negative when stale; written for hits, and for stored answers if set.</summary>
    public long? Ttl { get; init; }

    /// <summary>The answer was stored.</summary>
    public bool Stored { get; init; }

    /// <summary>Joined another request's forward.</summary>
    public bool Collapsed { get; init; }

    /// <summary>The reason word; left out when the other parameters say the same.</summary>
    public CacheReason Detail { get; init; }

    /// <summary>A hit.</summary>
    public static CacheStatus Hit(in StoredFacts stored, long now, CacheReason reason) =>
        new() { Ttl = reason is CacheReason.PossiblyOld ? Math.Min(0, stored.TtlSecondsAt(now)) : stored.TtlSecondsAt(now), Detail = reason is CacheReason.Fresh ? CacheReason.None : reason };

    /// <summary>A forward for a reason of the cache.</summary>
    public static CacheStatus Forwarded(CacheReason reason, int status = 0, bool stored = false, bool collapsed = false) => new()
    {
        Forward = CauseOf(reason),
        ForwardStatus = status,
        Stored = stored,
        Collapsed = collapsed,
        Detail = IsImplied(reason) ? CacheReason.None : reason,
    };

    /// <summary>The cause a reason stands for.</summary>
    public static ForwardCause CauseOf(CacheReason reason) => reason switch
    {
        CacheReason.UriMiss => ForwardCause.UriMiss,
        CacheReason.VaryMiss => ForwardCause.VaryMiss,
        CacheReason.Method => ForwardCause.Method,
        CacheReason.RequestNoCache or CacheReason.RequestMaxAge or CacheReason.RequestMinFresh or CacheReason.ConsistencyLevel => ForwardCause.Request,
        CacheReason.RangeMiss => ForwardCause.Partial,
        CacheReason.Stale or CacheReason.ResponseNoCache or CacheReason.PurgedSoft or CacheReason.PurgedHard or CacheReason.PlaneLagging
            or CacheReason.PlaneSuspect or CacheReason.MustRevalidate or CacheReason.StaleIfError or CacheReason.StaleDisconnected
            or CacheReason.PossiblyOld => ForwardCause.Stale,
        CacheReason.None or CacheReason.ValidatorMismatch => ForwardCause.Miss,
        _ => ForwardCause.Bypass,
    };

    /// <summary>Writes the member; false when the span is too short.</summary>
    public bool TryFormat(ReadOnlySpan<char> cacheName, Span<char> destination, out int written)
    {
        var writer = new MemberWriter(destination);
        writer.Append(cacheName);
        if (Forward == ForwardCause.None)
        {
            writer.Append("; hit");
        }
        else
        {
            writer.Append("; fwd=");
            writer.Append(Text(Forward));
        }

        writer.AppendNumber("; fwd-status=", ForwardStatus, ForwardStatus != 0);
        writer.AppendNumber("; ttl=", Ttl ?? 0, Ttl is not null);
        writer.Append(Stored ? "; stored" : "");
        writer.Append(Collapsed ? "; collapsed" : "");
        if (Detail != CacheReason.None)
        {
            writer.Append("; detail=");
            writer.Append(Detail.Text());
        }

        written = writer.Length;
        return !writer.IsFull;
    }

    /// <summary>The member as text.</summary>
    public string Format(ReadOnlySpan<char> cacheName)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        return TryFormat(cacheName, buffer, out var written) ? buffer[..written].ToString() : string.Concat(cacheName, "; detail=", Detail.Text());
    }

    /// <summary>A name fit to stand as this cache's name: a token that a structured field takes too.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => FieldSyntax.IsToken(name) && (char.IsAsciiLetter(name[0]) || name[0] == '*') && name.Length <= 64;

    private static bool IsImplied(CacheReason reason) =>
        reason is CacheReason.UriMiss or CacheReason.VaryMiss or CacheReason.Method or CacheReason.Stale or CacheReason.None;

    private static string Text(ForwardCause cause) => cause switch
    {
        ForwardCause.Bypass => "bypass",
        ForwardCause.Method => "method",
        ForwardCause.UriMiss => "uri-miss",
        ForwardCause.VaryMiss => "vary-miss",
        ForwardCause.Request => "request",
        ForwardCause.Stale => "stale",
        ForwardCause.Partial => "partial",
        _ => "miss",
    };

    private ref struct MemberWriter(Span<char> destination)
    {
        private readonly Span<char> _destination = destination;

        public int Length { get; private set; }

        public bool IsFull { get; private set; }

        public void Append(ReadOnlySpan<char> text)
        {
            IsFull |= !text.TryCopyTo(_destination[Length..]);
            Length += IsFull ? 0 : text.Length;
        }

        public void AppendNumber(string label, long number, bool given)
        {
            if (given)
            {
                Append(label);
                IsFull |= !number.TryFormat(_destination[Length..], out var digits);
                Length += digits;
            }
        }
    }
}
