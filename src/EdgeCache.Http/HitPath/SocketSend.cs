using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeCache.Http.HitPath;

/// <summary>A run of bytes outside the object heap, or pinned: <c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SendPiece
{
    /// <summary>First byte.</summary>
    public byte* Start;

    /// <summary>Bytes.</summary>
    public nuint Length;
}

/// <summary>
/// Hands several runs of bytes to a socket in one call that never waits. The framework's own calls either wait, or take one run at a time, or want it on the object heap.
/// </summary>
internal static unsafe partial class SocketSend
{
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    /// <summary>True where the call is known to look as it is declared here.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Bytes that the socket took, 0 when it is full, −1 when the connection is broken.</summary>
    public static long TrySend(SafeSocketHandle socket, SendPiece* pieces, int count)
    {
        var message = new MessageHeader { Pieces = pieces, Count = (nuint)count };
        var sent = sendmsg(socket, &message, DontWait | NoSignal);
        return sent >= 0 ? sent : Marshal.GetLastPInvokeError() is TryAgain or Interrupted ? 0 : -1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(SafeHandle socket, MessageHeader* message, int flags);

    /// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public SendPiece* Pieces;
        public nuint Count;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
