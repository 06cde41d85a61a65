using System.Runtime.InteropServices;

namespace EdgeCache.Load.Bench.Native;

/// <summary>The few system calls of the senders, without what .NET's sockets add to each: one thread, many sockets, batches. Layouts are those of 64-bit Linux.</summary>
internal static unsafe partial class Sockets
{
    public const int DontWait = 0x40;
    public const uint Readable = 1;

    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nint VectorCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
        private readonly int _padding;

        /// <summary>Bytes sent or received.</summary>
        public uint Transferred;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    public struct Event
    {
        public uint Events;
        public long Data;
    }

    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    public static partial int ReceiveMany(int socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg")]
    public static partial int SendMany(int socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    public static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    public static partial int ControlPoll(int poll, int operation, int socket, Event* wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int WaitPoll(int poll, Event* events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);
}
