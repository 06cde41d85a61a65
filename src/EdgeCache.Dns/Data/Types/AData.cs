using System.Net.Sockets;
using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.4.1: one IPv4 address.</summary>
internal static class AData
{
    public static readonly RdataFormat Format = new(RecordType.A, new AddressField(AddressFamily.InterNetwork));
}
