using EdgeCache.Http.Storage;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Revalidation;

/// <summary>What an edge's requests and its <see cref="Revalidator"/> have in common: the pace, the pages that wait, and counts. Thread-safe.</summary>
internal sealed class Doubts(EdgeCacheOptions options, IFollower follower, TimeProvider time)
{
    private readonly ValidationPace _pace = new();
    private long _served;
    private long _fetched;
    private long _failed;

    /// <summary>True where pages can be asked for without a client's request at hand; else the request that meets one takes its permit.</summary>
    public bool HasQueue { get; set; }

    /// <summary>Pages that wait.</summary>
    public HeatQueue Heat { get; } = new();

    /// <summary>Answers that were possibly old.</summary>
    public long Served => Volatile.Read(ref _served);

    /// <summary>Pages fetched or validated since they were possibly old, whoever asked.</summary>
    public long Fetched => Volatile.Read(ref _fetched);

    /// <summary>Times that failed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>This node's share of <see cref="EdgeCacheOptions.ValidationRate"/>, a second.</summary>
    public double Rate => ValidationPace.ShareOf(options.ValidationRate, follower.Peers);

    /// <summary>Milliseconds until a page may be fetched in the background.</summary>
    public long Wait(long now) => _pace.Wait(Rate, now);

    /// <summary>A reader is given a page that is possibly old. True: its request may fetch the page behind the answer.</summary>
    public bool Meet(in EntryLease lease, ZoneState zone, long now)
    {
        Interlocked.Increment(ref _served);
        if (zone.Doubt is not { IsRead: true } doubt)
        {
            return false; // The floor will rise once more: what is fetched now would be in doubt again.
        }

        if (HasQueue)
        {
            Heat.Add(lease.Number);
            return false;
        }

        Open(doubt, now);
        return Wait(now) == 0;
    }

    /// <summary>A zone has been read and is not sure of what was filled before; say it as often as you like.</summary>
    public void Open(Doubt doubt, long now) => _pace.Open(time.Milliseconds(doubt.RaisedAt), options.FirstPermit, Rate, now);

    /// <summary>A page that is possibly old is being fetched.</summary>
    public void Begin(long now) => _pace.Spend(Rate, now);

    /// <summary>It was, or it failed.</summary>
    public void End(bool isFailure, long now)
    {
        _pace.Ended(isFailure, now);
        Interlocked.Increment(ref isFailure ? ref _failed : ref _fetched);
    }
}
