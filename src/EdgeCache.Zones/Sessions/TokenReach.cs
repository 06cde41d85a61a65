using EdgeCache.Zones.Following;

namespace EdgeCache.Zones.Sessions;

/// <summary>How a view stands to a position of a token: <see cref="IsHere"/> when it is of this region's log, <see cref="IsThere"/> when the view has reached it.</summary>
internal readonly record struct TokenReach(bool IsHere, bool IsThere)
{
    /// <summary>Compares. A position of another region counts by what of its log came through this region's.</summary>
    public static TokenReach Of(ZoneView view, TokenPosition wanted)
    {
        if (SessionToken.TagOf(view.Epoch) == wanted.Epoch)
        {
            return new TokenReach(true, view.Serial >= wanted.Seen);
        }

        foreach (var known in view.Vector)
        {
            if (SessionToken.TagOf(known.Epoch) == wanted.Epoch)
            {
                return new TokenReach(false, known.Serial >= wanted.Seen);
            }
        }

        return default;
    }
}
