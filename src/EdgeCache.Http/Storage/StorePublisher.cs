using System.Buffers;
using EdgeCache.Http.Storage.Heads;
using EdgeCache.Http.Storage.Slabs;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage;

/// <summary>Makes entries visible: writes heads, asks the floors, replaces what the new entry replaces, keeps the number of variants in bounds.</summary>
internal sealed unsafe class StorePublisher
{
    private readonly StoreCore _core;

    public StorePublisher(StoreCore core) => _core = core;

    /// <summary>Writes a head, and a body behind it, into a block; 0 when it is too large (<paramref name="outcome"/> says so) or there is no room.</summary>
    public uint WriteHead(in EntryDraft draft, ReadOnlySpan<byte> body, out StoreOutcome outcome)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LineWriter.Most(draft.Lines));
        var lines = new LineWriter(_core.Shared, buffer);
        foreach (ref readonly var line in draft.Lines)
        {
            lines.Write(line);
        }

        var head = WriteHead(draft, buffer.AsSpan(0, lines.Written), body, out outcome);
        ArrayPool<byte>.Shared.Return(buffer);
        return head;
    }

    /// <summary>A copy of a head with a small body behind it, which so needs no block of its own; 0 when there is no room. Under the lock.</summary>
    public uint JoinLocked(uint head, ReadOnlySpan<byte> body)
    {
        var view = _core.ViewOf(head);
        var bytes = view.Length + body.Length;
        var joined = bytes > _core.Arena.MaxBlockBytes ? 0 : _core.AllocateLocked(bytes);
        if (joined != 0)
        {
            new ReadOnlySpan<byte>(_core.Arena.Data(head), view.Length).CopyTo(new(_core.Arena.Data(joined), view.Length));
            _core.ViewOf(joined).Append(body);
        }

        return joined;
    }

    /// <summary>Publishes a complete response. The entry owns head and body from then on; otherwise they stay the caller's.</summary>
    public StoreOutcome Publish(in NewEntry entry)
    {
        lock (_core.Gate)
        {
            return TryPublishLocked(entry, replaces: 0, out _, out _);
        }
    }

    /// <summary>See <see cref="ResponseStore.Update"/>.</summary>
    public StoreOutcome Update(in EntryLease current, in EntryDraft draft, ulong hash, out EntryLease updated)
    {
        updated = default;
        var head = WriteHead(draft, current.BodyInHead, out var outcome);
        if (head == 0)
        {
            return outcome;
        }

        lock (_core.Gate)
        {
            var old = current.Id;
            outcome = StoreOutcome.Gone;
            if (current.IsCurrent)
            {
                var body = _core.Entries[old]->Body;
                outcome = TryPublishLocked(new NewEntry(hash, head, body, draft.Zone, draft.Mark), old, out var id, out var version);
                if (outcome == StoreOutcome.Stored)
                {
                    if (body != 0)
                    {
                        _core.Arena.Body(body)->AddOwner();
                    }

                    _core.Entries.TryPin(id, out _);
                    updated = new EntryLease(_core, id, version);
                    _core.RemoveLocked(old);
                    return outcome;
                }
            }

            _core.Arena.Free(head);
            return outcome;
        }
    }

    private uint WriteHead(in EntryDraft draft, ReadOnlySpan<byte> lines, ReadOnlySpan<byte> body, out StoreOutcome outcome)
    {
        var size = HeadView.SizeOf(draft, lines.Length);
        if (size > StoreLimits.MaxHeadBytes - 1 || size + body.Length > _core.Arena.MaxBlockBytes || draft.Selectors.Length > StoreLimits.MaxSelectors || draft.Facts.Length > byte.MaxValue)
        {
            outcome = StoreOutcome.HeadTooLarge;
            return 0;
        }

        uint block;
        lock (_core.Gate)
        {
            block = _core.AllocateLocked((int)size + body.Length);
        }

        outcome = block == 0 ? StoreOutcome.NoRoom : StoreOutcome.Stored;
        if (block != 0)
        {
            var view = _core.ViewOf(block);
            view.Write(draft, lines);
            view.Append(body);
        }

        return block;
    }

    private StoreOutcome TryPublishLocked(in NewEntry entry, uint replaces, out uint id, out uint version)
    {
        id = version = 0;
        var head = _core.ViewOf(entry.Head);
        var floors = entry.Zone.Floors;
        var generation = floors.Generation;
        if (floors.Check(head.Subject, entry.Mark) != FloorVerdict.None)
        {
            return StoreOutcome.BelowFloor;
        }

        if (IsSupersededLocked(entry.Hash, head, replaces))
        {
            return StoreOutcome.Superseded;
        }

        if (_core.Entries.MustEvict && replaces == 0)
        {
            _core.EvictLocked();
        }

        id = _core.Entries.TryTake();
        if (id == 0)
        {
            return StoreOutcome.NoRoom;
        }

        FillRecord(id, entry, head.Fixed.DeadAt);
        if (replaces != 0)
        {
            _core.Queues.Inherit(id, replaces);
        }
        else
        {
            _core.Queues.Add(id);
        }

        // Checked just now, so the mark is the generation read before the check.
        version = _core.PublishLocked(id, Math.Max(generation, entry.Mark));
        DropReplacedLocked(id, head, replaces);
        return StoreOutcome.Stored;
    }

    private void FillRecord(uint id, in NewEntry entry, long deadAt)
    {
        var record = _core.Entries[id];
        record->Hash = entry.Hash;
        record->Head = entry.Head;
        record->Body = entry.Body;
        record->DeadTick = _core.Wheel.TickOf(deadAt);
        var bytes = _core.Arena.SizeOf(entry.Head);
        for (var chunk = entry.Body; chunk != 0; chunk = _core.Arena.Chunk(chunk)->Next)
        {
            bytes += _core.Arena.SizeOf(chunk);
        }

        record->Cost = (uint)(bytes / Block.Granule);
        record->Frequency = 0;
        record->Queue = 0;
    }

    // An answer to an older request that came in later must not take the place of the newer one.
    private bool IsSupersededLocked(ulong hash, HeadView head, uint replaces)
    {
        for (var id = _core.Index.First(hash); id != 0; id = _core.Entries[id]->BucketNext)
        {
            if (id != replaces && IsSame(id, hash, head) && _core.HeadOf(id) is var other
                && other.VariantKey.SequenceEqual(head.VariantKey) && other.Fixed.RequestedAt > head.Fixed.RequestedAt)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSame(uint id, ulong hash, HeadView head) => _core.Entries[id]->Hash == hash && _core.HeadOf(id).Key.SequenceEqual(head.Key);

    // Entries are linked newest first, so those beyond the limit are the oldest.
    private void DropReplacedLocked(uint added, HeadView head, uint replaces)
    {
        var variants = 0;
        var hash = _core.Entries[added]->Hash;
        for (uint id = _core.Index.First(hash), next; id != 0; id = next)
        {
            next = _core.Entries[id]->BucketNext;
            if (id == replaces || !IsSame(id, hash, head))
            {
                continue;
            }

            if (id != added && _core.HeadOf(id).VariantKey.SequenceEqual(head.VariantKey))
            {
                _core.RemoveLocked(id);
            }
            else if (++variants > _core.Options.MaxVariants)
            {
                _core.Tally.VariantsDropped++;
                _core.RemoveLocked(id);
            }
        }
    }
}

/// <summary>A head block and a body about to become an entry.</summary>
internal readonly record struct NewEntry(ulong Hash, uint Head, uint Body, ZoneState Zone, long Mark);
