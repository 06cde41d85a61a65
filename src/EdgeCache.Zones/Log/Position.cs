using System.Globalization;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log;

/// <summary>
/// A place in a zone's log, as it crosses the wire: <c>zone:epoch:serial</c>, and <c>zone@region:epoch:serial</c> where the region is not
/// the reader's own. Inside a follower only generations are compared (PLANE.md 1).
/// </summary>
public readonly record struct Position(ZoneName Zone, Epoch Epoch, long Serial, string Region = "")
{
    /// <summary>Longest text form, characters.</summary>
    public const int MaxTextLength = 360;

    /// <inheritdoc/>
    public override string ToString() =>
        Region.Length == 0 ? $"{Zone}:{Epoch}:{Serial}" : $"{Zone}@{Region}:{Epoch}:{Serial}";

    /// <summary>Parses the text form; false for anything else, without an exception.</summary>
    public static bool TryParse(string? text, out Position position)
    {
        position = default;
        if (text is null || text.Length > MaxTextLength || text.Split(':') is not [var who, var epochText, var serialText])
        {
            return false;
        }

        var at = who.IndexOf('@', StringComparison.Ordinal);
        if (!ZoneName.TryParse(at < 0 ? who : who[..at], out var zone, out _)
            || !Epoch.TryParse(epochText, out var epoch)
            || !long.TryParse(serialText, NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
        {
            return false;
        }

        position = new Position(zone, epoch, serial, at < 0 ? "" : who[(at + 1)..]);
        return true;
    }
}
