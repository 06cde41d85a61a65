using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Names that are never asked for in the public DNS (RFC 6761 §6, RFC 7686 §2): localhost, and what does not exist by definition. A hierarchy of one's own
/// may define all of them but localhost and invalid. Immutable.
/// </summary>
internal sealed class LocalNames
{
    private const uint Ttl = 10_800;
    private static readonly DomainName Localhost = Parse("localhost");
    private static readonly DomainName Invalid = Parse("invalid");

    private static readonly DomainName[] Public =
    [
        Parse("test"), Parse("onion"), Parse("10.in-addr.arpa"), Parse("168.192.in-addr.arpa"), Parse("127.in-addr.arpa"), Parse("254.169.in-addr.arpa"),
        .. Enumerable.Range(16, 16).Select(static i => Parse($"{i}.172.in-addr.arpa")),
    ];

    private readonly bool _isPublic;
    private readonly IReadOnlyCollection<DomainName> _forwarded;

    /// <param name="isPublic">The hints lead to the public root.</param>
    /// <param name="forwarded">Zones that are forwarded, and so defined by somebody.</param>
    public LocalNames(bool isPublic, IReadOnlyCollection<DomainName> forwarded)
    {
        _isPublic = isPublic;
        _forwarded = forwarded;
    }

    /// <summary>The answer to a name that is answered here; null for all others.</summary>
    public Resolution? Find(Asked asked)
    {
        if (asked.Name.IsWithin(Localhost))
        {
            return asked.Type switch
            {
                RecordType.A => Answer(asked, [127, 0, 0, 1]),
                RecordType.AAAA => Answer(asked, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
                _ => new Resolution(Rcode.NoError),
            };
        }

        bool isAbsent = asked.Name.IsWithin(Invalid)
            || (_isPublic && Array.Exists(Public, p => asked.Name.IsWithin(p)) && !_forwarded.Any(f => !f.IsRoot && asked.Name.IsWithin(f)));
        return isAbsent ? new Resolution(Rcode.NxDomain) : null;
    }

    private static Resolution Answer(Asked asked, ReadOnlySpan<byte> address) =>
        new(Rcode.NoError) { Answer = [new OwnedSet(asked.Name, RecordSet.Of(asked.Type, Ttl, address))] };

    private static DomainName Parse(string name) => DomainName.TryParse(name, out DomainName parsed) ? parsed : throw new ArgumentException(name, nameof(name));
}
