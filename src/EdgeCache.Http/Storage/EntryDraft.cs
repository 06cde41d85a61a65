using EdgeCache.Http.Rules;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage;

/// <summary>The head of a response about to be stored. Lives on the stack; everything is copied when a fill begins.</summary>
internal ref struct EntryDraft
{
    /// <summary>The whole cache key.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The selected request fields of a response with Vary, in any form the caller's <see cref="IVariantMatcher"/> reads; empty when it does not vary.</summary>
    public ReadOnlySpan<byte> VariantKey { get; init; }

    /// <summary>Status code.</summary>
    public required int Status { get; init; }

    /// <summary>Header lines in their order.</summary>
    public ReadOnlySpan<HeaderLine> Lines { get; init; }

    /// <summary>The bytes of an unmanaged struct that the store keeps unread, see <see cref="EntryLease.Facts{T}"/>.</summary>
    public ReadOnlySpan<byte> Facts { get; init; }

    /// <summary>When the request was sent: milliseconds of <see cref="MonotoneClock"/>.</summary>
    public long RequestedAt { get; init; }

    /// <summary>From then on the entry is of no use at all, also not for validation or for an error: it goes before any other. Default: never.</summary>
    public long DeadAt { get; init; }

    /// <summary>The zone state whose floors cover it (PLANE.md 1).</summary>
    public required ZoneState Zone { get; init; }

    /// <summary>The generation read before the request was sent.</summary>
    public required long Mark { get; init; }

    /// <summary>Selector keys made with the zone's <c>Floors.Hash</c>.</summary>
    public ReadOnlySpan<ulong> Selectors { get; init; }

    /// <summary><c>host:port/path</c>, for prefix floors. Costs nothing when it is part of <see cref="Key"/>.</summary>
    public ReadOnlySpan<byte> HostAndPath { get; init; }

    /// <summary>Where the host ends in <see cref="HostAndPath"/>.</summary>
    public int HostLength { get; init; }

    /// <summary>Bytes of the port behind it, with its colon; 0 without one.</summary>
    public int PortLength { get; init; }

    /// <summary>Flags.</summary>
    public EntryFlags Flags { get; init; }
}
