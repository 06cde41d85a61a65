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

    private readonly NameNode?[][] _pages;

    private NodeTable(NameNode?[][] pages, int count)
    {
        _pages = pages;
        Count = count;
    }

    public static NodeTable Empty { get; } = new([new NameNode?[SmallestPage]], 0);

    public int Count { get; }

    /// <summary>All nodes, in no order.</summary>
    public IEnumerable<NameNode> All => _pages.SelectMany(static p => p).OfType<NameNode>();

    public NameNode? Find(ulong hash, ReadOnlySpan<byte> lower) => Find(_pages[PageOf(hash, _pages)], hash, lower);

    private static NameNode? Find(NameNode?[] page, ulong hash, ReadOnlySpan<byte> lower)
    {
        int mask = page.Length - 1;
        for (int slot = (int)(hash >> SlotShift) & mask; page[slot] is { } node; slot = (slot + 1) & mask)
        {
            if (node.Hash == hash && lower.SequenceEqual(node.Lower))
            {
                return node;
            }
        }

        return null;
    }

    private static int PageOf(ulong hash, NameNode?[][] pages) => (int)(hash & (uint)(pages.Length - 1));

    /// <summary>Changes a copy that shares what it has not touched. Not thread-safe.</summary>
    public sealed class Editor
    {
        private NameNode?[][] _pages;
        private int[] _counts;
        private int _count;

        public Editor(NodeTable before)
        {
            _pages = (NameNode?[][])before._pages.Clone();
            _count = before.Count;

            // Zero means: not ours yet. Ours hold the number of nodes plus one.
            _counts = new int[_pages.Length];
        }

        public NameNode? Find(ulong hash, ReadOnlySpan<byte> lower) => NodeTable.Find(_pages[PageOf(hash, _pages)], hash, lower);

        /// <summary>Adds a node or puts it in place of the one of its name.</summary>
        public void Put(NameNode node)
        {
            int page = Own(node.Hash);
            NameNode?[] slots = _pages[page];
            int mask = slots.Length - 1;
            int slot = (int)(node.Hash >> SlotShift) & mask;
            for (; slots[slot] is { } there; slot = (slot + 1) & mask)
            {
                if (there.Hash == node.Hash && there.Lower.AsSpan().SequenceEqual(node.Lower))
                {
                    slots[slot] = node;
                    return;
                }
            }

            slots[slot] = node;
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

        private static NameNode?[] Rebuild(NameNode?[] from, int size, NameNode? without)
        {
            var slots = new NameNode?[size];
            foreach (NameNode? node in from)
            {
                if (node is not null && !ReferenceEquals(node, without))
                {
                    Place(slots, node);
                }
            }

            return slots;
        }

        private static void Place(NameNode?[] slots, NameNode node)
        {
            int mask = slots.Length - 1;
            int slot = (int)(node.Hash >> SlotShift) & mask;
            while (slots[slot] is not null)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = node;
        }

        private int Own(ulong hash)
        {
            int page = PageOf(hash, _pages);
            if (_counts[page] == 0)
            {
                _pages[page] = (NameNode?[])_pages[page].Clone();
                _counts[page] = _pages[page].Count(static n => n is not null) + 1;
            }

            return page;
        }

        private void Double()
        {
            NameNode?[][] old = _pages;
            _pages = new NameNode?[old.Length * 2][];
            _counts = new int[_pages.Length];
            for (int i = 0; i < old.Length; i++)
            {
                for (int half = i; half < _pages.Length; half += old.Length)
                {
                    NameNode[] nodes = [.. old[i].OfType<NameNode>().Where(n => PageOf(n.Hash, _pages) == half)];
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
}
