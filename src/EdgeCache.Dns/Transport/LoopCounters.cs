using System.Runtime.InteropServices;

namespace EdgeCache.Dns.Transport;

/// <summary>Counts of one receiving thread, written by it alone. Padded so that two threads never share a cache line.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal sealed class LoopCounters
{
    [FieldOffset(64)]
    private long _queries;

    public long Queries => Volatile.Read(ref _queries);

    public void Add(int queries) => Volatile.Write(ref _queries, _queries + queries);
}
