using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Sessions;

/// <summary>Whether a read of the primary shows all that was acknowledged: a server that took over may lack the end of the log, and a reader must not take it for the newest there is. Pure.</summary>
public static class PrimaryState
{
    /// <summary>
    /// True when <paramref name="head"/>, read with <paramref name="read"/>, may lack something that its writers have yet to bring back (PLANE.md 4). <paramref name="known"/>: what this node
    /// follows of the zone; <paramref name="now"/>: a timestamp of its clock.
    /// </summary>
    public static bool MayLack(ZoneState known, ShardRead read, ZoneRead head, long now)
    {
        var view = known.View;
        var isOther = view.Epoch != default
            && (view.Epoch != head.Epoch || head.Head < view.Serial || (known.StoreRun != read.RunId && !read.IsDurable));
        return isOther || head.EpochAge < ConsistencyGate.Recovery || (now - known.RecoversSince) / (double)known.TimestampFrequency < ConsistencyGate.Recovery.TotalSeconds;
    }
}
