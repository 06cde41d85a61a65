using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// Makes the next version of a zone beside the current one: costs what changes, not what the zone holds. Used once and by one thread; every name given
/// lies within the apex.
/// </summary>
internal sealed class ZoneEditor
{
    private readonly object _maker = new();
    private readonly DomainName _apex;
    private readonly ZoneSnapshot? _before;
    private readonly NodeTable.Editor _names;
    private readonly Dictionary<(DomainName Name, RecordType Type), RecordSetChange> _changes = [];
    private CutDepths _cuts;

    public ZoneEditor(DomainName apex)
    {
        _apex = apex;
        _names = new NodeTable.Editor(NodeTable.Empty);
        Ensure(apex.Wire);
    }

    public ZoneEditor(ZoneSnapshot before)
    {
        _before = before;
        _apex = before.Apex;
        _names = new NodeTable.Editor(before.Names);
        _cuts = before.Cuts;
    }

    /// <summary>What differs from the version before, its SOA apart; each RRset once.</summary>
    private RecordSetChange[] Changes => [.. _changes.Values.Where(static c => c.Before is null ? c.After is not null : c.After is null || !c.Before.IsSameAs(c.After))];

    public NameNode? Find(ReadOnlySpan<byte> name)
    {
        Span<byte> lower = stackalloc byte[WireLimits.MaxName];
        NameBytes.ToLower(name, lower);
        return _names.Find(NameBytes.SuffixHash(name), lower[..name.Length]);
    }

    /// <summary>Publishes an RRset in place of the one of its name and type.</summary>
    public void Put(ReadOnlySpan<byte> name, RecordSet set)
    {
        NameNode node = Ensure(name);
        RecordSet? before = node.Find(set.Type);
        if (before is not null && before.IsSameAs(set))
        {
            return;
        }

        bool cut = IsCut(node);
        node = Own(node);
        node.Put(set);
        NoteCut(node, cut);
        Note(node, before, set);
    }

    /// <summary>Takes an RRset away, and the names that have nothing left.</summary>
    public void Remove(ReadOnlySpan<byte> name, RecordType type)
    {
        NameNode? node = Find(name);
        RecordSet? before = node?.Find(type);
        if (node is null || before is null)
        {
            return;
        }

        bool cut = IsCut(node);
        node = Own(node);
        node.Remove(type);
        NoteCut(node, cut);
        Note(node, before, null);
        Prune(node);
    }

    /// <summary>
    /// The new version. Its SOA is the one published at the apex or, if there is none, the given one; with the given serial in either case.
    /// A journal goes on only if the serial moved.
    /// </summary>
    public ZoneSnapshot ToSnapshot(RecordSet fallbackSoa, uint serial)
    {
        RecordSet soa = Find(_apex.Wire)?.Find(RecordType.SOA) ?? fallbackSoa;
        if (SoaData.SerialOf(soa.First) != serial)
        {
            soa = RecordSet.Of(RecordType.SOA, soa.Ttl, SoaData.WithSerial(soa.First, serial));
        }

        NameNode apex = Own(Ensure(_apex.Wire));
        apex.Put(soa);
        return new ZoneSnapshot(_apex, _names.ToTable(), _cuts, soa, JournalTo(soa, serial));
    }

    /// <summary>Adds one record to its RRset; false when the RRset would be too large.</summary>
    public bool Add(ReadOnlySpan<byte> name, RecordType type, uint ttl, ReadOnlySpan<byte> data)
    {
        RecordSet? before = Ensure(name).Find(type);
        RecordSet? after = before is null ? RecordSet.Of(type, ttl, data) : before.With(ttl, data);
        if (after is not null && !ReferenceEquals(before, after))
        {
            Put(name, after);
        }

        return after is not null;
    }

    private ZoneJournal JournalTo(RecordSet soa, uint serial)
    {
        if (_before is null)
        {
            return ZoneJournal.Empty;
        }

        RecordSetChange[] changes = Changes;
        if (serial != _before.Serial)
        {
            return _before.Journal.With(new ZoneDelta(_before.Soa, soa, changes));
        }

        // Data that changes under one serial cannot be told as a difference.
        return changes.Length == 0 ? _before.Journal : ZoneJournal.Empty;
    }

    private void Note(NameNode node, RecordSet? before, RecordSet? after)
    {
        // A first load has no version before it to be compared with.
        RecordType type = (before ?? after)!.Type; // one of them is there
        if (_before is null || type == RecordType.SOA)
        {
            return;
        }

        (DomainName, RecordType) key = (DomainName.FromWire(node.Name), type);
        RecordSet? first = _changes.TryGetValue(key, out RecordSetChange? earlier) ? earlier.Before : before;
        _changes[key] = new RecordSetChange(node.Name, first, after);
    }

    private NameNode Own(NameNode node)
    {
        NameNode own = node.For(_maker);
        if (!ReferenceEquals(own, node))
        {
            _names.Put(own);
        }

        return own;
    }

    /// <summary>The node of a name, made with its empty non-terminals if need be.</summary>
    private NameNode Ensure(ReadOnlySpan<byte> name)
    {
        if (Find(name) is { } there)
        {
            return there;
        }

        byte[] wire = name.ToArray();
        byte[] lower = new byte[wire.Length];
        NameBytes.ToLower(wire, lower);
        var node = new NameNode(_maker, wire, lower.AsSpan().SequenceEqual(wire) ? wire : lower, NameBytes.SuffixHash(wire));
        if (name.Length > _apex.Wire.Length)
        {
            Own(Ensure(NameBytes.Parent(name))).AddChild(NameBytes.IsWildcard(name));
        }

        _names.Put(node);
        return node;
    }

    private void Prune(NameNode node)
    {
        while (node.Sets.Length == 0 && node.Children == 0 && node.Name.Length > _apex.Wire.Length)
        {
            _names.Remove(node);
            NameNode parent = Own(Find(NameBytes.Parent(node.Name))!); // Ensure made it with the child
            parent.RemoveChild(NameBytes.IsWildcard(node.Name));
            node = parent;
        }
    }

    private void NoteCut(NameNode node, bool before)
    {
        if (IsCut(node) != before)
        {
            _cuts = _cuts.With(NameBytes.CountLabels(node.Name), before ? -1 : 1);
        }
    }

    /// <summary>The NS of the apex delegate nothing; a DNAME there redirects all that is below.</summary>
    private bool IsCut(NameNode node) =>
        node.Name.Length == _apex.Wire.Length ? node.Find(RecordType.DNAME) is not null : node.CutsBelow;
}
