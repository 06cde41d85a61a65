using System.Buffers.Binary;
using System.Net;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Where a query came from. Small enough to be handed to the hit path by reference, without an <see cref="IPAddress"/>.
/// The default is 0.0.0.0:0 over UDP.
/// </summary>
public readonly record struct QuerySource
{
    /// <summary>Octets of an IPv4 address.</summary>
    public const int V4Length = 4;

    /// <summary>Octets of an IPv6 address; room for either.</summary>
    public const int V6Length = 16;

    /// <summary>Makes a source; an IPv4 address stands in the low 32 bits.</summary>
    public QuerySource(DnsTransport transport, UInt128 address, bool isV6, ushort port)
    {
        Transport = transport;
        Address = address;
        IsV6 = isV6;
        Port = port;
    }

    /// <summary>The transport.</summary>
    public DnsTransport Transport { get; }

    /// <summary>The address as a number.</summary>
    public UInt128 Address { get; }

    /// <summary>Whether <see cref="Address"/> is one of IPv6.</summary>
    public bool IsV6 { get; }

    /// <summary>The port.</summary>
    public ushort Port { get; }

    /// <summary>The source of a stream.</summary>
    public static QuerySource From(DnsTransport transport, IPEndPoint peer)
    {
        Span<byte> octets = stackalloc byte[V6Length];
        var address = peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address;
        address.TryWriteBytes(octets, out int length);
        bool v6 = length == V6Length;
        return new QuerySource(transport, v6 ? BinaryPrimitives.ReadUInt128BigEndian(octets) : BinaryPrimitives.ReadUInt32BigEndian(octets), v6, (ushort)peer.Port);
    }

    /// <summary>Writes the address in network order and returns its length, 4 or 16.</summary>
    public int WriteAddress(Span<byte> destination)
    {
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination, Address);
            return V6Length;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Address);
        return V4Length;
    }

    /// <summary>For logs, access lists and tests.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> octets = stackalloc byte[V6Length];
        return new IPEndPoint(new IPAddress(octets[..WriteAddress(octets)]), Port);
    }
}
