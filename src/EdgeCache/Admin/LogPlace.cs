using System.Globalization;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Admin;

/// <summary>A place in a zone's log for a reader who resumes. Without an epoch (default) it is in whichever log there is now.</summary>
internal readonly record struct LogPlace(Epoch Epoch, long Serial)
{
    /// <summary>Reads a serial, or <c>epoch:serial</c>.</summary>
    public static bool TryParse(string text, out LogPlace place)
    {
        place = default;
        var cut = text.IndexOf(':', StringComparison.Ordinal);
        var epoch = default(Epoch);
        if (cut >= 0 && !Epoch.TryParse(text.AsSpan(0, cut), out epoch))
        {
            return false;
        }

        var good = long.TryParse(text.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var serial);
        place = new LogPlace(epoch, serial);
        return good;
    }

    /// <summary>Why a reader at this place has missed entries that <paramref name="log"/> no longer has; null when he has not.</summary>
    public string? LosesTo(ZoneRead log) =>
        !log.Exists ? null
        : Epoch != default && Epoch != log.Epoch ? "epoch"
        : Serial > 0 && Serial + 1 < log.First ? "trimmed"
        : null;

    public override string ToString() => $"{Epoch}:{Serial}";
}
