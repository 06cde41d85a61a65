using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// A name of a zone: its RRsets and what is below it. A node without RRsets is an empty non-terminal (RFC 4592 §2.2.2). Once its snapshot is published it
/// is never changed; an editor changes only nodes it made itself.
/// </summary>
internal sealed class NameNode
{
    private readonly object _maker;

    /// <summary>The first of the sets, which for most names is the only one: a look-up then does not read the array.</summary>
    private RecordSet? _first;

    public NameNode(object maker, byte[] name, byte[] lower, ulong hash)
    {
        _maker = maker;
        Name = name;
        Lower = lower;
        Hash = hash;
        Sets = [];
    }

    private NameNode(object maker, NameNode from)
        : this(maker, from.Name, from.Lower, from.Hash)
    {
        Sets = from.Sets;
        Children = from.Children;
        HasWildcard = from.HasWildcard;
    }

    /// <summary>Wire form in the case it was published in.</summary>
    public byte[] Name { get; }

    /// <summary>Wire form in lower case; the same array when that is how it was published.</summary>
    public byte[] Lower { get; }

    /// <summary><see cref="NameBytes.SuffixHash"/> of the name.</summary>
    public ulong Hash { get; }

    public RecordSet[] Sets
    {
        get;
        private set
        {
            field = value;
            _first = value.Length > 0 ? value[0] : null;
        }
    }

    /// <summary>Nodes one label below.</summary>
    public int Children { get; private set; }

    /// <summary>Whether one of these is the asterisk.</summary>
    public bool HasWildcard { get; private set; }

    public RecordSet? Find(RecordType type)
    {
        if (_first is null || _first.Type == type)
        {
            return _first;
        }

        foreach (RecordSet set in Sets)
        {
            if (set.Type == type)
            {
                return set;
            }
        }

        return null;
    }

    /// <summary>Whether what lies below is not answered from this zone: a delegation or a DNAME. Not asked of the apex, whose NS delegate nothing.</summary>
    public bool CutsBelow => Find(RecordType.NS) is not null || Find(RecordType.DNAME) is not null;

    /// <summary>This node if the maker made it, else a copy of the maker's that it may change.</summary>
    public NameNode For(object maker) => ReferenceEquals(_maker, maker) ? this : new NameNode(maker, this);

    public void Put(RecordSet set)
    {
        for (int i = 0; i < Sets.Length; i++)
        {
            if (Sets[i].Type == set.Type)
            {
                RecordSet[] copy = (RecordSet[])Sets.Clone();
                copy[i] = set;
                Sets = copy;
                return;
            }
        }

        Sets = [.. Sets, set];
    }

    public void Remove(RecordType type) => Sets = [.. Sets.Where(s => s.Type != type)];

    public void AddChild(bool wildcard)
    {
        Children++;
        HasWildcard |= wildcard;
    }

    public void RemoveChild(bool wildcard)
    {
        Children--;
        HasWildcard &= !wildcard;
    }
}
