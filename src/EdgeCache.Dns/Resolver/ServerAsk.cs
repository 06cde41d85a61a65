using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>What servers of a zone are asked.</summary>
/// <param name="Zone">The zone that they are asked about: what lies outside is not theirs to answer.</param>
/// <param name="Asked">Name and type, which may be less than the client wants (RFC 9156).</param>
/// <param name="Recursive">They are to recurse.</param>
/// <param name="WantsVersion">They are to say which version of the zone they answer from.</param>
internal readonly record struct ServerAsk(DomainName Zone, Asked Asked, bool Recursive, bool WantsVersion);
