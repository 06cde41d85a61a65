using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Tests.Wire;

internal static class Names
{
    public static DomainName Of(string text) =>
        DomainName.TryParse(text, out DomainName name) ? name : throw new ArgumentException(text, nameof(text));
}
