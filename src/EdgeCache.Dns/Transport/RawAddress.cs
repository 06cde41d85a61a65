using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeCache.Dns.Transport;

/// <summary>Reads socket addresses in the system's own layout, as <c>recvmmsg</c> and <see cref="System.Net.SocketAddress"/> hold them.</summary>
internal static class RawAddress
{
    /// <summary>The longest of the two: <c>sockaddr_in6</c>.</summary>
    public const int MaxLength = 28;

    private const int PortOffset = 2;
    private const int V4Offset = 4;
    private const int V6Offset = 8;
    private const int ScopeOffset = 24;
    private const int V4Length = 16;
    private const int LinuxV6 = 10;

    /// <summary>An IPv4-mapped address counts as IPv4. False for anything that is not IP.</summary>
    public static bool TryRead(ReadOnlySpan<byte> address, AddressFamily family, out QuerySource source)
    {
        source = default;
        if (family == AddressFamily.InterNetwork && address.Length >= V4Offset + QuerySource.V4Length)
        {
            source = new QuerySource(
                DnsTransport.Udp, BinaryPrimitives.ReadUInt32BigEndian(address[V4Offset..]), false, BinaryPrimitives.ReadUInt16BigEndian(address[PortOffset..]));
            return true;
        }

        if (family != AddressFamily.InterNetworkV6 || address.Length < V6Offset + QuerySource.V6Length)
        {
            return false;
        }

        UInt128 number = BinaryPrimitives.ReadUInt128BigEndian(address[V6Offset..]);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(address[PortOffset..]);
        bool mapped = number >> 32 == 0xFFFF;
        source = new QuerySource(DnsTransport.Udp, mapped ? (uint)(number & uint.MaxValue) : number, !mapped, port);
        return true;
    }

    /// <summary>Writes an address as Linux takes it; returns its length. <paramref name="output"/> holds <see cref="MaxLength"/>.</summary>
    public static int WriteLinux(IPAddress address, int port, Span<byte> output)
    {
        output[..MaxLength].Clear();
        bool isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(output, (ushort)(isV6 ? LinuxSockets.FamilyV6 : LinuxSockets.FamilyV4));
        BinaryPrimitives.WriteUInt16BigEndian(output[PortOffset..], (ushort)port);
        address.TryWriteBytes(output[(isV6 ? V6Offset : V4Offset)..], out _);
        if (!isV6)
        {
            return V4Length;
        }

        MemoryMarshal.Write(output[ScopeOffset..], (uint)address.ScopeId);
        return MaxLength;
    }
}
