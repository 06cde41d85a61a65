using System.IO.Hashing;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Http.Storage.Heads;
using EdgeCache.Http.Storage.Slabs;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage;

/// <summary>
/// Stored responses: heads and bodies in native memory under one budget of bytes. Look-ups take no lock and do not allocate; what they find is pinned by a lease.
/// Thread-safe. Not disposable, since a container would dispose it under fills that outlive their requests and the host: it lives as long as the process.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "See above: freed memory would be written by what still runs.")]
internal sealed class ResponseStore
{
    private readonly StoreCore _core;
    private readonly StorePublisher _publisher;
    private readonly long _seed;

    /// <summary>Makes an empty store; <paramref name="seed"/> is random, so that nobody can choose colliding keys.</summary>
    public ResponseStore(StoreOptions options, TimeProvider time, long seed)
    {
        _core = new StoreCore(options, time);
        _publisher = new StorePublisher(_core);
        _seed = seed;
    }

    /// <summary>Figures, for metrics.</summary>
    public StoreCounters Counters
    {
        get
        {
            lock (_core.Gate)
            {
                return _core.Tally.ToCounters(_core);
            }
        }
    }

    /// <summary>Largest stored body.</summary>
    public long ObjectLimit => _core.Options.ObjectLimit;

    /// <summary>
    /// The entry for a key that fits the request: the newest whose selected fields match, else the newest that does not vary (RFC 9111 §4.1).
    /// A dead entry is not found. No lock, no allocation.
    /// </summary>
    public FindOutcome Find<TMatcher>(ReadOnlySpan<byte> key, long now, scoped in TMatcher matcher, out EntryLease lease)
        where TMatcher : struct, IVariantMatcher, allows ref struct
    {
        var hash = HashOf(key);
        var stripe = _core.Index.Stripe(hash);
        var outcome = Walk(key, hash, now, matcher, out lease);
        if (outcome != FindOutcome.Found && _core.Index.Stripe(hash) != stripe)
        {
            // Something was unlinked near the walk, which may have been led astray.
            lock (_core.Gate)
            {
                outcome = Walk(key, hash, now, matcher, out lease);
            }
        }

        if (outcome == FindOutcome.Found)
        {
            Touch(lease.Id);
        }

        return outcome;
    }

    /// <summary>Begins to store a response whose head has come. The fill streams to its readers also when it turns out not to be storable.</summary>
    /// <param name="draft">The head.</param>
    /// <param name="contentLength">Length of the body when it is announced; another length is not stored.</param>
    public EntryFill BeginFill(in EntryDraft draft, long? contentLength = null) => new(_core, _publisher, draft, HashOf(draft.Key), contentLength);

    /// <summary>Stores a response that is complete, or a mark without body.</summary>
    public StoreOutcome Put(in EntryDraft draft, ReadOnlySpan<byte> body = default)
    {
        using var fill = BeginFill(draft, body.Length);
        return fill.Put(body);
    }

    /// <summary>
    /// Replaces the head of an entry and keeps its body: after a 304 or a HEAD (RFC 9111 §4.3.4, §4.3.5). Look-ups find the old or the new entry, nothing between;
    /// whoever reads the old one goes on. The new entry is leased to the caller when the outcome is <see cref="StoreOutcome.Stored"/>.
    /// </summary>
    public StoreOutcome Update(in EntryLease current, in EntryDraft draft, out EntryLease updated) => _publisher.Update(current, draft, HashOf(draft.Key), out updated);

    /// <summary>Removes this very entry; false when it is gone already.</summary>
    public bool Remove(in EntryLease lease)
    {
        lock (_core.Gate)
        {
            if (!lease.IsCurrent)
            {
                return false;
            }

            _core.RemoveLocked(lease.Id);
            return true;
        }
    }

    /// <summary>Leases of all variants of a key, newest first; the caller disposes each. For explain and statistics.</summary>
    public unsafe IReadOnlyList<EntryLease> Variants(ReadOnlySpan<byte> key)
    {
        var hash = HashOf(key);
        var found = new List<EntryLease>();
        lock (_core.Gate)
        {
            for (var id = _core.Index.First(hash); id != 0; id = _core.Entries[id]->BucketNext)
            {
                if (_core.Entries[id]->Hash == hash && _core.HeadOf(id).Key.SequenceEqual(key) && _core.Entries.TryPin(id, out var version))
                {
                    found.Add(new EntryLease(_core, id, version));
                }
            }
        }

        return found;
    }

    /// <summary>All entries, one lease at a time, which ends with the step. Entries that come or go meanwhile may be missed. For statistics.</summary>
    public IEnumerable<EntryLease> All()
    {
        for (uint id = 1; id < _core.Entries.HighWater; id++)
        {
            if (_core.Entries.TryPin(id, out var version))
            {
                using var lease = new EntryLease(_core, id, version);
                yield return lease;
            }
        }
    }

    /// <summary>A walk over all entries, the hottest first.</summary>
    public HeatPass BeginHeatPass() => new(_core);

    /// <summary>A lease of the entry with this number (<see cref="EntryLease.Number"/>); false when it is gone.</summary>
    public bool TryLease(ulong number, out EntryLease lease)
    {
        lease = default;
        var id = unchecked((uint)number); // The low half; the version is the other.
        if (id == 0 || id >= _core.Entries.HighWater || !_core.Entries.TryPin(id, out var version))
        {
            return false;
        }

        lease = new EntryLease(_core, id, version);
        if (lease.Number == number)
        {
            return true;
        }

        lease.Dispose();
        lease = default;
        return false;
    }

    /// <summary>A pass over all entries that makes the floors of these zones forgettable (PLANE.md 13); drive it in slices.</summary>
    public FloorSweep BeginSweep(IReadOnlyCollection<ZoneState> zones, Func<ZoneState, long>? through = null) => new(_core, zones, through);

    /// <summary>Frees entries that are dead by now, looking at no more than <paramref name="visits"/>. Eviction does the same first; this keeps figures true when idle.</summary>
    public int CollectDead(int visits)
    {
        var collected = 0;
        lock (_core.Gate)
        {
            while (visits > 0 && _core.CollectDeadLocked(ref visits))
            {
                collected++;
            }
        }

        return collected;
    }

    /// <summary>Gives the memory back at once; only where no lease, fill, reader or sweep is left.</summary>
    public void Free() => _core.Dispose();

    private ulong HashOf(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key, _seed);

    private unsafe FindOutcome Walk<TMatcher>(ReadOnlySpan<byte> key, ulong hash, long now, scoped in TMatcher matcher, out EntryLease lease)
        where TMatcher : struct, IVariantMatcher, allows ref struct
    {
        var entries = _core.Entries;
        EntryLease plain = default;
        var any = false;
        var steps = 0;
        for (var id = _core.Index.First(hash); id != 0 && steps < StoreLimits.MaxWalk; id = Volatile.Read(ref entries[id]->BucketNext), steps++)
        {
            if (Volatile.Read(ref entries[id]->Hash) != hash || !entries.TryPin(id, out var version))
            {
                continue;
            }

            var head = _core.HeadOf(id);
            if (entries[id]->Hash == hash && head.Fixed.DeadAt > now && head.Key.SequenceEqual(key))
            {
                var variant = head.VariantKey;
                any = true;
                if (variant.IsEmpty && !plain.IsHeld)
                {
                    plain = new EntryLease(_core, id, version);
                    continue;
                }

                if (!variant.IsEmpty && matcher.Matches(variant))
                {
                    plain.Dispose();
                    lease = new EntryLease(_core, id, version);
                    return FindOutcome.Found;
                }
            }

            _core.Unpin(id);
        }

        lease = plain;
        return plain.IsHeld ? FindOutcome.Found : any ? FindOutcome.VariantMiss : FindOutcome.Miss;
    }

    private unsafe void Touch(uint id)
    {
        // Racy on purpose: a lost count costs nothing, a written line that is hot already does not either.
        var record = _core.Entries[id];
        if (record->Frequency < Eviction.EvictionQueues.MaxFrequency)
        {
            record->Frequency++;
        }
    }
}
