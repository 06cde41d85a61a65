namespace EdgeCache.Zones.Log;

/// <summary>
/// For loops over the changes of a whole zone, which make hundreds of thousands of objects that stay: has them collected a little at a time. By itself the collector waits until the room for new objects is full of
/// them, and then every thread stands still while it moves them all. One loop on one thread.
/// </summary>
public sealed class WholeZonePace
{
    /// <summary>Bytes between two collections: moving as many, and once more those of the time before, takes some milliseconds.</summary>
    private const long StepBytes = 1 << 20;

    private long _last = GC.GetTotalAllocatedBytes();

    private WholeZonePace()
    {
    }

    /// <summary>The pace for a batch of so many changes; null for those of usual length, which need none.</summary>
    public static WholeZonePace? For(int changes) => changes > BatchChange.MaxChanges ? new WholeZonePace() : null;

    /// <summary>Called at each change.</summary>
    public void Step()
    {
        var now = GC.GetTotalAllocatedBytes();
        if (now - _last >= StepBytes)
        {
            _last = now;
            GC.Collect(1, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }
}
