using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.Fetching;

/// <summary>What the upstream's answer means for those who wait for it.</summary>
internal enum FillKind
{
    /// <summary>It may be shared: everybody reads the stream.</summary>
    Streaming,

    /// <summary>The stored response is current again: everybody reads that.</summary>
    Validated,

    /// <summary>It belongs to the one whose request was sent; the others go for themselves.</summary>
    Private,

    /// <summary>There is no answer.</summary>
    Failed,
}

/// <summary>The head of a fill once it has come. Immutable but for ownership of what it holds.</summary>
internal sealed class FillHead
{
    /// <summary>What it means.</summary>
    public required FillKind Kind { get; init; }

    /// <summary>Upstream status; 0 when there is none.</summary>
    public int Status { get; init; }

    /// <summary>Why it is not stored, or how the upstream failed.</summary>
    public CacheReason Reason { get; init; }

    /// <summary>Lines to send, for a stream.</summary>
    public HeaderLine[] Lines { get; init; } = [];

    /// <summary>Lines that private= or no-cache= keep from everybody but the one whose request was sent.</summary>
    public HeaderLine[] Withheld { get; init; } = [];

    /// <summary>Parsed head.</summary>
    public ResponseFacts? Facts { get; init; }

    /// <summary>Facts as stored.</summary>
    public StoredFacts Stored { get; init; }

    /// <summary>Selector keys.</summary>
    public ulong[] Selectors { get; init; } = [];

    /// <summary>The selected fields of the request that was sent.</summary>
    public byte[] Variant { get; init; } = [];

    /// <summary>The stream.</summary>
    public EntryFill? Fill { get; init; }

    /// <summary>The leader's place in the stream, opened before anybody hears of the head: a short body may be over before the leader gets to it.</summary>
    public FillReader? LeaderReader { get; init; }

    /// <summary>The stored response, for <see cref="FillKind.Validated"/>; one use is held until the fill is forgotten.</summary>
    public LeaseUse? Use { get; init; }

    /// <summary>The upstream's answer, for <see cref="FillKind.Private"/>.</summary>
    public HttpResponseMessage? Response { get; init; }
}
