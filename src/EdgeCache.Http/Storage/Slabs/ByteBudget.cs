namespace EdgeCache.Http.Storage.Slabs;

/// <summary>The one account of bytes: slabs, index, records and decoded heads are charged here. Thread-safe.</summary>
internal sealed class ByteBudget
{
    private const int OverdraftShare = 32;
    private long _charged;

    /// <summary>Makes a budget.</summary>
    public ByteBudget(long limit) => Limit = limit;

    /// <summary>Bytes allowed.</summary>
    public long Limit { get; }

    /// <summary>Bytes allowed for fills when all else is being read: so much beyond, at most.</summary>
    public long HardLimit => Limit + Math.Max(Limit / OverdraftShare, StoreLimits.MinSlabBytes * 2);

    /// <summary>Bytes kept free of slabs, for parts that grow later.</summary>
    public long Reserve { get; set; }

    /// <summary>Bytes charged.</summary>
    public long Charged => Volatile.Read(ref _charged);

    /// <summary>Charges slab bytes if they fit.</summary>
    public bool TryCharge(long bytes, bool overdraft)
    {
        if (Charged + bytes > (overdraft ? HardLimit : Limit - Math.Max(0, Reserve)))
        {
            return false;
        }

        Interlocked.Add(ref _charged, bytes);
        return true;
    }

    /// <summary>Charges bytes that are taken anyway.</summary>
    public void Charge(long bytes) => Interlocked.Add(ref _charged, bytes);

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _charged, -bytes);
}
