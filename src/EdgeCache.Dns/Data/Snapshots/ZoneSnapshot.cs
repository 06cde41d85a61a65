using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// One version of a zone as an authority answers from it: immutable, made by <see cref="ZoneEditor"/>, swapped whole. Read by any number of threads.
/// </summary>
internal sealed class ZoneSnapshot
{
    internal ZoneSnapshot(DomainName apex, NodeTable names, CutDepths cuts, RecordSet soa, ZoneJournal journal)
    {
        Apex = apex;
        ApexLabels = apex.Labels;
        ApexHash = NameBytes.SuffixHash(apex.Wire);
        Names = names;
        Cuts = cuts;
        Soa = soa;
        NegativeSoa = Math.Min(soa.Ttl, SoaData.MinimumOf(soa.First)) is var ttl && ttl == soa.Ttl ? soa : soa.WithTtl(ttl);
        Journal = journal;
    }

    public DomainName Apex { get; }

    public int ApexLabels { get; }

    public ulong ApexHash { get; }

    public NodeTable Names { get; }

    public CutDepths Cuts { get; }

    public RecordSet Soa { get; }

    /// <summary>The SOA as it accompanies a negative answer: with the lower of its TTL and its last field, RFC 2308 §3.</summary>
    public RecordSet NegativeSoa { get; }

    public uint Serial => SoaData.SerialOf(Soa.First);

    /// <summary>What changed on the way here, for IXFR.</summary>
    public ZoneJournal Journal { get; }

    /// <summary>The same zone, of which no earlier version can be told from.</summary>
    public ZoneSnapshot WithoutJournal() => new(Apex, Names, Cuts, Soa, ZoneJournal.Empty);

    public NameNode? Find(ulong hash, ReadOnlySpan<byte> lower) => Names.Find(hash, lower);

    public NameNode? Find(DomainName name)
    {
        Span<byte> lower = stackalloc byte[WireLimits.MaxName];
        NameBytes.ToLower(name.Wire, lower);
        return Names.Find(NameBytes.SuffixHash(name.Wire), lower[..name.Wire.Length]);
    }
}
