namespace EdgeCache.Http.Storage;

/// <summary>
/// One walk over all entries in the order of their heat, as the store's policy knows it: those used most since they were queued, then those used at all, then the others. Takes no lock and keeps a
/// place only; entries that come or go meanwhile may be missed. One user.
/// </summary>
internal sealed unsafe class HeatPass(StoreCore core)
{
    private static readonly byte[] _atLeast = [Eviction.EvictionQueues.MaxFrequency, 1, 0];
    private int _class;
    private uint _next = 1;

    /// <summary>True when it has come to the end.</summary>
    public bool IsDone => _class == _atLeast.Length;

    /// <summary>
    /// The next entry; false after having looked at <paramref name="visits"/> or at the end. The lease is the caller's. An entry may come again in a later round, if it was used in between.
    /// </summary>
    public bool TryNext(int visits, out EntryLease lease)
    {
        for (; !IsDone && visits > 0; visits--)
        {
            if (_next >= core.Entries.HighWater)
            {
                (_class, _next) = (_class + 1, 1);
                continue;
            }

            var id = _next++;
            if (IsOfClass(core.Entries[id]->Frequency) && core.Entries.TryPin(id, out var version))
            {
                lease = new EntryLease(core, id, version);
                return true;
            }
        }

        lease = default;
        return false;
    }

    private bool IsOfClass(byte frequency) => frequency >= _atLeast[_class] && (_class == 0 || frequency < _atLeast[_class - 1]);
}
