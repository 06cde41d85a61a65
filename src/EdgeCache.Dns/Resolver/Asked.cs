using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>What is wanted: a name and a type. Equal without regard to case.</summary>
internal readonly record struct Asked(DomainName Name, RecordType Type)
{
    public override string ToString() => $"{Name} {RecordTypeText.Format(Type)}";
}

/// <summary>An RRset with its owner.</summary>
internal readonly record struct OwnedSet(DomainName Owner, Data.Snapshots.RecordSet Set);
