using System.Net.Sockets;
using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 3596 §2.2: one IPv6 address.</summary>
internal static class AaaaData
{
    public static readonly RdataFormat Format = new(RecordType.AAAA, new AddressField(AddressFamily.InterNetworkV6));
}
