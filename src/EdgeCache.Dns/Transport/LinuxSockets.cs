using System.Runtime.InteropServices;

namespace EdgeCache.Dns.Transport;

/// <summary>The system calls of Linux that .NET has no name for. Structures as in <c>bits/socket.h</c> of 64-bit glibc and musl.</summary>
internal static unsafe partial class LinuxSockets
{
    public const int MessageWaitForOne = 0x10000;
    public const int MessageTruncated = 0x20;
    public const int MessageDontWait = 0x40;
    public const int FamilyV4 = 2;
    public const int FamilyV6 = 10;
    public const int Datagram = 2;
    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x80000;
    public const int ErrorInterrupted = 4;
    public const int ErrorInputOutput = 5;
    public const int ErrorAgain = 11;
    public const int ErrorAccess = 13;
    public const int ErrorInvalid = 22;
    public const int ErrorAddressInUse = 98;
    public const int ErrorFirstNetwork = 97;
    public const int ErrorConnectionReset = 104;
    public const int ErrorConnectionRefused = 111;
    public const int ErrorHostUnreachable = 113;
    public const int SocketLevel = 1;
    public const int ReusePort = 15;
    public const int LevelIPv4 = 0;
    public const int PacketInfoV4 = 8;
    public const int LevelIPv6 = 41;
    public const int ReceivePacketInfoV6 = 49;
    public const int PacketInfoV6 = 50;
    public const int LevelUdp = 17;
    public const int UdpSegment = 103;
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;
    private const int ShutReceive = 0;

    /// <summary>Batches need 64-bit structures; other platforms take the managed loop.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && nint.Size == 8;

    /// <summary>.NET may have made the descriptor non-blocking; these loops block.</summary>
    public static void MakeBlocking(int descriptor) => fcntl(descriptor, SetFlags, fcntl(descriptor, GetFlags, 0) & ~NonBlocking);

    /// <summary>Wakes threads that are blocked in a receive; on an unconnected datagram socket it also says ENOTCONN, which is no error here.</summary>
    public static void WakeReceivers(int descriptor) => _ = shutdown(descriptor, ShutReceive);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int recvmmsg(int descriptor, BatchHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int descriptor, BatchHeader* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int descriptor, byte* data, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int descriptor, byte* data, nint length, int flags);

    [LibraryImport("libc")]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int descriptor, int how);

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nint VectorCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct BatchHeader
    {
        public MessageHeader Header;
        public uint Length;
    }
}
