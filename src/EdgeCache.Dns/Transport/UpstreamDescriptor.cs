using System.Net;
using System.Runtime.InteropServices;

namespace EdgeCache.Dns.Transport;

/// <summary>Linux: the socket of one question: on a port picked at random, connected so that the system drops what comes from elsewhere (RFC 5452 §9).</summary>
internal static unsafe class UpstreamDescriptor
{
    private const int FirstPort = 1_024;
    private const int PortTries = 8;

    /// <summary>Opens, connects and sends. A negative number is the system's error.</summary>
    public static int Send(IPEndPoint server, IPAddress? outgoing, Random random, ReadOnlySpan<byte> query)
    {
        byte* address = stackalloc byte[RawAddress.MaxLength];
        int length = RawAddress.WriteLinux(server.Address, server.Port, new Span<byte>(address, RawAddress.MaxLength));
        int family = length == RawAddress.MaxLength ? LinuxSockets.FamilyV6 : LinuxSockets.FamilyV4;
        int descriptor = LinuxSockets.socket(family, LinuxSockets.Datagram | LinuxSockets.OpenNonBlocking | LinuxSockets.OpenCloseOnExec, 0);
        if (descriptor < 0)
        {
            return -Marshal.GetLastPInvokeError();
        }

        IPAddress any = family == LinuxSockets.FamilyV6 ? IPAddress.IPv6Any : IPAddress.Any;
        bool isDone = TryBind(descriptor, outgoing?.AddressFamily == server.AddressFamily ? outgoing : any, random)
            && LinuxSockets.connect(descriptor, address, (uint)length) == 0;
        if (isDone)
        {
            fixed (byte* data = query)
            {
                isDone = LinuxSockets.send(descriptor, data, query.Length, 0) >= 0;
            }
        }

        if (isDone)
        {
            return descriptor;
        }

        int error = Marshal.GetLastPInvokeError();
        _ = LinuxSockets.close(descriptor);
        return -error;
    }

    /// <summary>Whether the system says that the server cannot be reached, rather than that something is wrong here.</summary>
    public static bool IsUnreachable(int error) =>
        error is (>= LinuxSockets.ErrorFirstNetwork and not LinuxSockets.ErrorAddressInUse and <= LinuxSockets.ErrorConnectionReset)
            or LinuxSockets.ErrorConnectionRefused or (LinuxSockets.ErrorHostUnreachable - 1) or LinuxSockets.ErrorHostUnreachable
            or LinuxSockets.ErrorAccess or LinuxSockets.ErrorInvalid;

    private static bool TryBind(int descriptor, IPAddress from, Random random)
    {
        byte* address = stackalloc byte[RawAddress.MaxLength];
        for (int i = 0; i <= PortTries; i++)
        {
            // The system's own choice comes from a smaller range; it is the last resort.
            int port = i < PortTries ? random.Next(FirstPort, IPEndPoint.MaxPort + 1) : 0;
            int length = RawAddress.WriteLinux(from, port, new Span<byte>(address, RawAddress.MaxLength));
            if (LinuxSockets.bind(descriptor, address, (uint)length) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() is not (LinuxSockets.ErrorAddressInUse or LinuxSockets.ErrorAccess))
            {
                return false;
            }
        }

        return false;
    }
}
