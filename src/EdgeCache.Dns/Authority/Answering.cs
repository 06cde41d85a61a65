using System.Runtime.CompilerServices;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// The authority's algorithm, RFC 1034 §4.3.2 with RFC 4592 (wildcards), RFC 6672 (DNAME), RFC 2308 (negative answers) and RFC 8482 (ANY): from a name and
/// a type to the sections of an answer.
/// </summary>
internal ref struct Answering
{
    private readonly ZoneIndex _zones;
    private readonly RecordType _type;
    private AnswerMessage _answer;
    private QueryName _name;
    private Followed _owners;
    private Followed _dnames;
    private int _links;

    public Answering(ZoneIndex zones, RecordType type, QueryName name, AnswerMessage answer)
    {
        _zones = zones;
        _type = type;
        _name = name;
        _answer = answer;
    }

    /// <summary>The lowest limit of the zones that links led to after the first; null: none has one.</summary>
    public uint? TtlLimit { get; private set; }

    /// <summary>What has been written.</summary>
    public readonly AnswerMessage Message => _answer;

    /// <summary>The first link's owner is the question; later ones are written out.</summary>
    private readonly int OwnerOffset => _links == 0 ? WireLimits.HeaderLength : 0;

    /// <summary>Starts in the zone already found for the question.</summary>
    public void Run(ZoneSnapshot zone)
    {
        while (true)
        {
            _owners[_links] = _name.Hash(_name.Labels);
            if (!Step(zone) || _answer.Truncated || ++_links > AuthorityLimits.MaxChain || _owners.Contains(_name.Hash(_name.Labels), _links))
            {
                // Done, no room, or a loop, and what that has to say stands in the answer already.
                return;
            }

            // RFC 1034 §4.3.2 step 3a: start again with the new name, in whichever zone of ours holds it.
            IZoneSource? source = ZoneFor(_zones, _type, _name);
            if (source?.Current is not { } next)
            {
                return;
            }

            TtlLimit = Lower(TtlLimit, source.TtlLimit);
            zone = next;
        }
    }

    /// <summary>The lower of two limits, of which null is none.</summary>
    public static uint? Lower(uint? one, uint? other) => one is null || other < one ? other : one;

    /// <summary>The zone that answers for a name: that of the child, but for DS that of the parent (RFC 4035 §3.1.4.1).</summary>
    public static IZoneSource? ZoneFor(ZoneIndex zones, RecordType type, scoped in QueryName name)
    {
        IZoneSource? zone = zones.Find(name);
        return type == RecordType.DS && zone is not null && zone.Apex.Labels == name.Labels ? zones.Find(name, above: true) ?? zone : zone;
    }

    /// <summary>Answers for the current name; true when a link leads on to another.</summary>
    private bool Step(ZoneSnapshot zone)
    {
        for (int labels = zone.ApexLabels; !zone.Cuts.IsNone && labels <= _name.Labels; labels++)
        {
            if (!zone.Cuts.Any(labels) || zone.Find(_name.Hash(labels), _name.Suffix(labels)) is not { } above)
            {
                continue;
            }

            bool apex = labels == zone.ApexLabels;
            if (!apex && above.Find(RecordType.NS) is { } servers && !(labels == _name.Labels && _type == RecordType.DS))
            {
                Refer(zone, above, servers, labels);
                return false;
            }

            if (labels < _name.Labels && above.Find(RecordType.DNAME) is { } dname)
            {
                _answer.Authoritative |= _links == 0;
                return Redirect(above, dname, labels);
            }
        }

        _answer.Authoritative |= _links == 0;
        NameNode? node = zone.Find(_name.Hash(_name.Labels), _name.Suffix(_name.Labels)) ?? FindWildcard(zone);
        if (node is null)
        {
            _answer.Rcode = Rcode.NxDomain;
            AddNegative(zone);
            return false;
        }

        return AnswerFrom(zone, node);
    }

    private bool AnswerFrom(ZoneSnapshot zone, NameNode node)
    {
        // RFC 8482 §4.1: any one RRset answers ANY.
        RecordSet? set = _type == RecordType.ANY ? node.Find(RecordType.CNAME) ?? (node.Sets.Length > 0 ? node.Sets[0] : null) : node.Find(_type);
        if (set is not null)
        {
            if (_answer.AddAnswer(OwnerOffset, _name.Wire, set))
            {
                AdditionalNames.Add(zone, node, _name.Wire, set, ref _answer);
            }

            return false;
        }

        if (node.Find(RecordType.CNAME) is not { } alias)
        {
            AddNegative(zone);
            return false;
        }

        if (!_answer.AddAnswer(OwnerOffset, _name.Wire, alias))
        {
            return false;
        }

        _name.Set(alias.First);
        return true;
    }

    /// <summary>RFC 4592 §3.3.1: the asterisk below the closest encloser, if there is one.</summary>
    private readonly NameNode? FindWildcard(ZoneSnapshot zone)
    {
        Span<byte> wildcard = stackalloc byte[WireLimits.MaxName + 2];
        wildcard[0] = 1;
        wildcard[1] = (byte)'*';
        for (int labels = _name.Labels - 1; labels >= zone.ApexLabels; labels--)
        {
            ReadOnlySpan<byte> suffix = _name.Suffix(labels);
            if (zone.Find(_name.Hash(labels), suffix) is not { } encloser)
            {
                continue;
            }

            suffix.CopyTo(wildcard[2..]);
            return encloser.HasWildcard
                ? zone.Find(NameBytes.PrependLabel(encloser.Hash, wildcard[..2]), wildcard[..(suffix.Length + 2)])
                : null;
        }

        return null;
    }

    /// <summary>RFC 1034 §4.3.2 step 3b.</summary>
    private void Refer(ZoneSnapshot zone, NameNode cut, RecordSet servers, int labels)
    {
        if (_answer.AddAuthority(OwnerIn(labels), cut.Name, servers))
        {
            AdditionalNames.AddGlue(zone, cut, servers, ref _answer);
        }
    }

    private void AddNegative(ZoneSnapshot zone) =>
        _answer.AddAuthority(OwnerIn(zone.ApexLabels), zone.Apex.Wire, zone.NegativeSoa);

    /// <summary>A suffix of the question is pointed to; the root is shorter than a pointer.</summary>
    private readonly int OwnerIn(int labels) => _links == 0 && labels > 0 ? WireLimits.HeaderLength + _name.Start(labels) : 0;

    /// <summary>RFC 6672 §3.1: the DNAME, and the CNAME it makes for this name.</summary>
    private bool Redirect(NameNode owner, RecordSet dname, int labels)
    {
        bool repeated = _dnames.Contains(owner.Hash, _links);
        if (!repeated && !_answer.AddAnswer(OwnerIn(labels), owner.Name, dname))
        {
            return false;
        }

        _dnames[_links] = owner.Hash;
        ReadOnlySpan<byte> target = dname.First;
        int kept = _name.Start(labels);
        if (kept + target.Length > WireLimits.MaxName)
        {
            _answer.Rcode = Rcode.YxDomain;
            return false;
        }

        Span<byte> next = stackalloc byte[WireLimits.MaxName];
        _name.Wire[..kept].CopyTo(next);
        target.CopyTo(next[kept..]);
        next = next[..(kept + target.Length)];
        if (!_answer.AddCname(OwnerOffset, _name.Wire, dname.Ttl, next) || _type == RecordType.CNAME || NameBytes.IsWithin(target, owner.Name))
        {
            // A DNAME that leads below itself makes longer names for ever.
            return false;
        }

        _name.Set(next);
        return true;
    }

    /// <summary>The names of the links followed, by their keyed hash: two that fall together only end a chain early.</summary>
    [InlineArray(AuthorityLimits.MaxChain + 1)]
    private struct Followed
    {
        private ulong _first;

        public readonly bool Contains(ulong hash, int links)
        {
            for (int i = 0; i < links; i++)
            {
                if (this[i] == hash)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
