namespace EdgeCache.Dns.Cache;

/// <summary>Where a followed zone and the followed zones above it stood at one moment. Immutable, and shared by all that was asked for at that moment.</summary>
internal sealed class ZoneMarks
{
    public ZoneMarks(FollowedApex zone, long generation, uint soaSerial, bool isRead, ZoneMarks? above)
    {
        Zone = zone;
        Generation = generation;
        SoaSerial = soaSerial;
        IsRead = isRead;
        Above = above;
    }

    public FollowedApex Zone { get; }

    public long Generation { get; }

    /// <summary>The SOA serial at that moment: an authority that shows a lower one was behind.</summary>
    public uint SoaSerial { get; }

    /// <summary>False before the first poll of the zone: nothing is known of it.</summary>
    public bool IsRead { get; }

    public ZoneMarks? Above { get; }

    /// <summary>True when no floor has risen since anywhere. A few reads and compares.</summary>
    public bool IsCurrent
    {
        get
        {
            for (ZoneMarks? mark = this; mark is not null; mark = mark.Above)
            {
                if (mark.Generation != mark.Zone.State.Floors.Generation || mark.Zone.IsRetired)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
