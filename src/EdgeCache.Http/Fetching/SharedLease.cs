using EdgeCache.Http.Storage;

namespace EdgeCache.Http.Fetching;

/// <summary>One lease for several users; the last to leave ends it. Thread-safe.</summary>
internal sealed class SharedLease(EntryLease lease)
{
    private readonly Lock _gate = new();
    private int _users;
    private bool _ended;

    /// <summary>A use of the lease; null when it has ended.</summary>
    public LeaseUse? TryUse()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return null;
            }

            _users++;
            return new LeaseUse(this, lease);
        }
    }

    internal void Release()
    {
        lock (_gate)
        {
            if (--_users == 0)
            {
                _ended = true;
                lease.Dispose();
            }
        }
    }
}

/// <summary>The right to read a shared entry until disposed; disposing again does nothing.</summary>
internal sealed class LeaseUse(SharedLease shared, EntryLease lease) : IDisposable
{
    private int _disposed;

    /// <summary>The lease, valid until this is disposed.</summary>
    public EntryLease Lease => lease;

    /// <summary>A further use of the same lease.</summary>
    public LeaseUse Again() => shared.TryUse() ?? throw new ObjectDisposedException(nameof(LeaseUse));

    /// <summary>The only use of a fresh lease.</summary>
    public static LeaseUse Of(EntryLease lease) => new SharedLease(lease).TryUse()!; // Just made: it has not ended.

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            shared.Release();
        }
    }
}
