namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// The names of a zone by hash: a directory of small open-addressed pages, so that a change of one name copies the directory and one page and shares the
/// rest. Immutable once published; read without locks.
/// </summary>
internal sealed class NodeTable
{
    /// <summary>Names for each page on average before the directory doubles.</summary>
    private const int NamesPerPage = 128;

    private const int SmallestPage = 8;

    /// <summary>The page is chosen by the low bits of the hash, the slot by bits no directory reaches.</summary>
    private const int SlotShift = 40;

    private readonly Slot[][] _pages;

    private NodeTable(Slot[][] pages, int count)
    {
        _pages = pages;
        Count = count;
    }

    public static NodeTable Empty { get; } = new([new Slot[SmallestPage]], 0);

    public int Count { get; }

    /// <summary>All nodes, in no order.</summary>
    public IEnumerable<NameNode> All => _pages.SelectMany(static p => p).Select(static s => s.Node).OfType<NameNode>();

    public NameNode? Find(ulong hash, ReadOnlySpan<byte> lower) => Find(_pages[PageOf(hash, _pages)], hash, lower);

    private static NameNode? Find(Slot[] page, ulong hash, ReadOnlySpan<byte> lower)
    {
        int mask = page.Length - 1;
        for (int slot = (int)(hash >> SlotShift) & mask; page[slot].Node is { } node; slot = (slot + 1) & mask)
        {
            if (page[slot].Hash == hash && lower.SequenceEqual(node.Lower))
            {
                return node;
            }
        }

        return null;
    }

    private static int PageOf(ulong hash, Slot[][] pages) => (int)(hash & (uint)(pages.Length - 1));

    /// <summary>Changes a copy that shares what it has not touched. Not thread-safe.</summary>
    public sealed class Editor
    {
        private Slot[][] _pages;
        private int[] _counts;
        private int _count;

        public Editor(NodeTable before)
        {
            _pages = (Slot[][])before._pages.Clone();
            _count = before.Count;

            // Zero means: not ours yet. Ours hold the number of nodes plus one.
            _counts = new int[_pages.Length];
        }

        public NameNode? Find(ulong hash, ReadOnlySpan<byte> lower) => NodeTable.Find(_pages[PageOf(hash, _pages)], hash, lower);

        /// <summary>Adds a node or puts it in place of the one of its name.</summary>
        public void Put(NameNode node)
        {
            int page = Own(node.Hash);
            Slot[] slots = _pages[page];
            int mask = slots.Length - 1;
            int slot = (int)(node.Hash >> SlotShift) & mask;
            for (; slots[slot].Node is { } there; slot = (slot + 1) & mask)
            {
                if (there.Hash == node.Hash && there.Lower.AsSpan().SequenceEqual(node.Lower))
                {
                    slots[slot] = new Slot(node.Hash, node);
                    return;
                }
            }

            slots[slot] = new Slot(node.Hash, node);
            _count++;
            if (++_counts[page] * 3 > slots.Length * 2)
            {
                _pages[page] = Rebuild(slots, slots.Length * 2, null);
            }

            if (_count > _pages.Length * NamesPerPage)
            {
                Double();
            }
        }

        public void Remove(NameNode node)
        {
            int page = Own(node.Hash);
            _pages[page] = Rebuild(_pages[page], _pages[page].Length, node);
            _counts[page]--;
            _count--;
        }

        public NodeTable ToTable() => new(_pages, _count);

        private static Slot[] Rebuild(IEnumerable<Slot> from, int size, NameNode? without)
        {
            var slots = new Slot[size];
            foreach (Slot slot in from)
            {
                if (slot.Node is { } node && !ReferenceEquals(node, without))
                {
                    Place(slots, node);
                }
            }

            return slots;
        }

        private static void Place(Slot[] slots, NameNode node)
        {
            int mask = slots.Length - 1;
            int slot = (int)(node.Hash >> SlotShift) & mask;
            while (slots[slot].Node is not null)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = new Slot(node.Hash, node);
        }

        private int Own(ulong hash)
        {
            int page = PageOf(hash, _pages);
            if (_counts[page] == 0)
            {
                _pages[page] = (Slot[])_pages[page].Clone();
                _counts[page] = _pages[page].Count(static s => s.Node is not null) + 1;
            }

            return page;
        }

        private void Double()
        {
            Slot[][] old = _pages;
            _pages = new Slot[old.Length * 2][];
            _counts = new int[_pages.Length];
            for (int i = 0; i < old.Length; i++)
            {
                for (int half = i; half < _pages.Length; half += old.Length)
                {
                    Slot[] nodes = [.. old[i].Where(s => s.Node is not null && PageOf(s.Hash, _pages) == half)];
                    int size = SmallestPage;
                    while (nodes.Length * 3 >= size * 2)
                    {
                        size *= 2;
                    }

                    _pages[half] = Rebuild(nodes, size, null);
                    _counts[half] = nodes.Length + 1;
                }
            }
        }
    }

    /// <summary>The hash stands beside the node so that a look-up reads the memory of no other node than the one it looks for.</summary>
    private readonly record struct Slot(ulong Hash, NameNode? Node);
}
