using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>The substitution of RFC 6672 §2.2. Pure.</summary>
internal static class Redirection
{
    /// <summary>Replaces the owner at the end of a name below it by the target; false when the result is too long.</summary>
    public static bool TryRedirect(DomainName name, DomainName owner, ReadOnlySpan<byte> target, out DomainName result)
    {
        int prefix = name.Wire.Length - owner.Wire.Length;
        result = name;
        if (prefix + target.Length > WireLimits.MaxName)
        {
            return false;
        }

        result = DomainName.FromWire([.. name.Wire[..prefix], .. target]);
        return true;
    }
}
