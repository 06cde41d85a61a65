using System.Buffers;
using EdgeCache.Http.Routes;

namespace EdgeCache.Http.HitPath;

/// <summary>Targets that are their own normal form, which is nearly all of them: found by a few vector searches in place of a walk.</summary>
internal static class PlainTarget
{
    /// <summary>What <see cref="TargetNormaliser"/> leaves alone in a path, without what hides or makes dot segments (<c>%</c>, <c>;</c>).</summary>
    private static readonly SearchValues<byte> _pathBytes =
        SearchValues.Create("-._~!$&'()*+,=:@/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Writes <paramref name="host"/> (normal already) and the target; false when the target may have another normal form or does not fit.
    /// <paramref name="target"/> is printable ASCII that begins with a slash.
    /// </summary>
    public static bool TryWrite(ReadOnlySpan<byte> host, ReadOnlySpan<byte> target, Span<byte> destination, out RequestTarget normal)
    {
        normal = default;
        var question = target.IndexOf((byte)'?');
        var path = question < 0 ? target : target[..question];
        if (path.IndexOfAnyExcept(_pathBytes) >= 0 || path.IndexOf("/."u8) >= 0 || target[path.Length..].Contains((byte)'#')
            || host.Length + target.Length > destination.Length)
        {
            return false;
        }

        host.CopyTo(destination);
        target.CopyTo(destination[host.Length..]);
        normal = new(destination[..(host.Length + target.Length)], host.Length, path.Length);
        return true;
    }
}
