using EdgeCache.Http.Routes;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.HitPath;

/// <summary>The normal form of a raw head's target (<see cref="TargetNormaliser"/>), by way of what the connection remembers. No allocation.</summary>
internal static class RawTarget
{
    /// <summary>Longest target that is looked at here.</summary>
    public const int MaxBytes = 512;

    /// <summary>Room for the normal form.</summary>
    public const int Room = MaxBytes + HostMemo.MaxBytes;

    private static ReadOnlySpan<byte> Hidden => "/.well-known/edgecache/"u8;

    /// <summary>Writes the normal form to <paramref name="bytes"/>; false when the server must look at it. Afterwards the memo has the host's zone.</summary>
    public static bool TryRead(scoped in RawHead head, HostMemo memo, ZoneMap zones, Span<byte> bytes, out RequestTarget target)
    {
        target = default;
        return head.Target.Length <= MaxBytes && !head.Target.StartsWith(Hidden) && memo.TryMoveTo(head.Host, zones)
            && (PlainTarget.TryWrite(memo.Normal, head.Target, bytes, out target) || TryNormalise(head, bytes, out target));
    }

    private static bool TryNormalise(scoped in RawHead head, Span<byte> destination, out RequestTarget target)
    {
        scoped Span<char> text = stackalloc char[Room];
        var host = System.Text.Encoding.Latin1.GetChars(head.Host, text);
        var path = System.Text.Encoding.Latin1.GetChars(head.Target, text[host..]);
        return TargetNormaliser.TryNormalise(https: false, text[..host], text.Slice(host, path), destination, out target) == TargetProblem.None;
    }
}
