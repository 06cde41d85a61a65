using System.Numerics;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>
/// Blocks of any size in slabs outside the object heap: the collector never walks them. A block is addressed by a 32-bit reference (slab, granule), 0 is none.
/// Neighbours that become free are joined, so memory is never tied to a size. Allocating and freeing need the store's lock; reading a block that one holds needs none.
/// </summary>
internal sealed unsafe class SlabArena : IDisposable
{
    private const int ProbesInClass = 4;
    private readonly ByteBudget _budget;
    private readonly FreeLists _free = new();
    private readonly int _bits;
    private readonly SlabMemory?[] _slabs;
    private int _emptySlabs;

    /// <summary>Makes an empty arena that charges its slabs to <paramref name="budget"/>.</summary>
    public SlabArena(ByteBudget budget)
    {
        _budget = budget;
        var size = BitOperations.RoundUpToPowerOf2((ulong)(budget.Limit / StoreLimits.SlabsPerBudget)) / 2;
        SlabBytes = (int)Math.Clamp(size, StoreLimits.MinSlabBytes, StoreLimits.MaxSlabBytes);
        _bits = BitOperations.Log2((uint)(SlabBytes / Block.Granule));
        _slabs = new SlabMemory?[(int)(budget.HardLimit / SlabBytes) + 2];
    }

    /// <summary>Bytes of a slab.</summary>
    public int SlabBytes { get; }

    /// <summary>Bytes of the blocks in use, headers included.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Bytes of all slabs.</summary>
    public long ReservedBytes { get; private set; }

    /// <summary>Blocks in use.</summary>
    public long Blocks { get; private set; }

    /// <summary>Largest data that fits into one block.</summary>
    public int MaxBlockBytes => SlabBytes - Block.Header;

    /// <summary>The header of a block.</summary>
    public Block* At(uint block) => (Block*)(_slabs[block >> _bits]!.Start + ((long)(block & Mask) * Block.Granule));

    /// <summary>The data of a block.</summary>
    public byte* Data(uint block) => (byte*)At(block) + Block.Header;

    /// <summary>The data of a block that is a chunk of a body.</summary>
    public ChunkHeader* Chunk(uint block) => (ChunkHeader*)Data(block);

    /// <summary>The data of a block that is the first chunk of a body.</summary>
    public BodyHeader* Body(uint block) => (BodyHeader*)Data(block);

    /// <summary>A part of a block's data.</summary>
    public Memory<byte> Memory(uint block, int offset, int length) =>
        _slabs[block >> _bits]!.Memory.Slice((int)((block & Mask) * Block.Granule) + Block.Header + offset, length);

    /// <summary>Bytes that the block occupies, header included.</summary>
    public long SizeOf(uint block) => (long)At(block)->Granules * Block.Granule;

    /// <summary>A block for <paramref name="bytes"/> of data from what is reserved; 0 when there is none.</summary>
    public uint TryAllocate(int bytes)
    {
        var granules = GranulesFor(bytes);
        var sizeClass = FreeLists.ClassOf(granules);
        var block = _free.Head(sizeClass);
        for (var i = 0; i < ProbesInClass && block != 0; i++)
        {
            if (At(block)->Granules >= granules)
            {
                return Take(block, granules);
            }

            block = LinkOf(block)->Next;
        }

        var larger = _free.FirstFrom(sizeClass + 1);
        return larger < 0 ? 0 : Take(_free.Head(larger), granules);
    }

    /// <summary>The largest free block, cut to <paramref name="want"/> bytes; 0 when it would be smaller than <paramref name="least"/>.</summary>
    public uint TryAllocateFragment(int want, int least)
    {
        var last = _free.Last();
        if (last < 0)
        {
            return 0;
        }

        var block = _free.Head(last);
        return At(block)->Capacity < Math.Min(least, want) ? 0 : Take(block, Math.Min(GranulesFor(want), At(block)->Granules));
    }

    /// <summary>Reserves one more slab if the budget (or its overdraft) has room.</summary>
    public bool TryGrow(bool overdraft = false)
    {
        // Slab 0 is never used: a reference of 0 means none.
        var slot = Array.IndexOf(_slabs, null, 1);
        if (slot < 0 || !_budget.TryCharge(SlabBytes, overdraft))
        {
            return false;
        }

        _slabs[slot] = new SlabMemory(SlabBytes);
        ReservedBytes += SlabBytes;
        _emptySlabs++;
        var block = (uint)slot << _bits;
        At(block)->Set((uint)(SlabBytes / Block.Granule), free: true);
        At(block)->Previous = 0;
        Link(block);
        return true;
    }

    /// <summary>Gives a block back.</summary>
    public void Free(uint block)
    {
        var slab = _slabs[block >> _bits]!;
        UsedBytes -= SizeOf(block);
        Blocks--;
        var whole = Join(block);
        if (--slab.Blocks == 0 && ++_emptySlabs > 1)
        {
            Release(whole);
        }
    }

    /// <summary>Gives the unused end of a block back, keeping <paramref name="bytes"/> of data where they are.</summary>
    public void Shrink(uint block, int bytes)
    {
        var granules = GranulesFor(bytes);
        var spare = At(block)->Granules - granules;
        if (spare < Block.MinGranules)
        {
            return;
        }

        UsedBytes -= (long)spare * Block.Granule;
        Join(Split(block, granules));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slab in _slabs)
        {
            slab?.Free();
        }

        Array.Clear(_slabs);
    }

    private uint Mask => (1u << _bits) - 1;

    private FreeLink* LinkOf(uint block) => (FreeLink*)Data(block);

    private static uint GranulesFor(int bytes) => Math.Max(Block.MinGranules, (uint)((bytes + Block.Header + Block.Granule - 1) / Block.Granule));

    private uint Take(uint block, uint granules)
    {
        Unlink(block);
        var header = At(block);
        if (header->Granules - granules >= Block.MinGranules)
        {
            Link(Split(block, granules));
        }

        header->Set(header->Granules, free: false);
        UsedBytes += SizeOf(block);
        Blocks++;
        if (_slabs[block >> _bits]!.Blocks++ == 0)
        {
            _emptySlabs--;
        }

        return block;
    }

    // Cuts a block after so many granules and returns the rest, which is in no free list.
    private uint Split(uint block, uint granules)
    {
        var header = At(block);
        var rest = block + granules;
        var size = header->Granules - granules;
        header->Set(granules, free: false);
        At(rest)->Set(size, free: false);
        At(rest)->Previous = block & Mask;
        if (After(rest) is var next && next != 0)
        {
            At(next)->Previous = rest & Mask;
        }

        return rest;
    }

    // Frees a block into the lists together with free neighbours; returns the joined block.
    private uint Join(uint block)
    {
        if (After(block) is var next && next != 0 && At(next)->IsFree)
        {
            Unlink(next);
            Absorb(block, next);
        }

        if ((block & Mask) != 0 && ((block & ~Mask) | At(block)->Previous) is var before && At(before)->IsFree)
        {
            Unlink(before);
            Absorb(before, block);
            block = before;
        }

        Link(block);
        return block;
    }

    private void Absorb(uint block, uint next)
    {
        At(block)->Set(At(block)->Granules + At(next)->Granules, free: false);
        if (After(block) is var after && after != 0)
        {
            At(after)->Previous = block & Mask;
        }
    }

    private uint After(uint block)
    {
        var end = (block & Mask) + At(block)->Granules;
        return end > Mask ? 0 : (block & ~Mask) | end;
    }

    private void Link(uint block)
    {
        var header = At(block);
        header->Set(header->Granules, free: true);
        var sizeClass = FreeLists.ClassOf(header->Granules);
        var head = _free.Head(sizeClass);
        *LinkOf(block) = new FreeLink { Next = head };
        if (head != 0)
        {
            LinkOf(head)->Previous = block;
        }

        _free.SetHead(sizeClass, block);
    }

    private void Unlink(uint block)
    {
        var link = *LinkOf(block);
        if (link.Next != 0)
        {
            LinkOf(link.Next)->Previous = link.Previous;
        }

        if (link.Previous != 0)
        {
            LinkOf(link.Previous)->Next = link.Next;
        }
        else
        {
            _free.SetHead(FreeLists.ClassOf(At(block)->Granules), link.Next);
        }
    }

    private void Release(uint block)
    {
        Unlink(block);
        _slabs[block >> _bits]!.Free();
        _slabs[block >> _bits] = null;
        ReservedBytes -= SlabBytes;
        _emptySlabs--;
        _budget.Return(SlabBytes);
    }
}
