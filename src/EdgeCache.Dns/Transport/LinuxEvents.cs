using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Linux: waits for many descriptors at once (epoll) and can be woken by any thread. <see cref="Add"/> and <see cref="Wake"/> are thread-safe; waiting is one
/// thread's part, and so is <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe partial class LinuxEvents : IDisposable
{
    /// <summary>Events taken at a time.</summary>
    public const int Batch = 64;

    private const uint Readable = 1;
    private const int AddDescriptor = 1;
    private const ulong WakeMark = ulong.MaxValue;

    /// <summary><c>epoll_event</c> is packed on x86-64 and nowhere else.</summary>
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed(Batch, 16);
    private readonly Lock _waking = new();
    private readonly int _poll;
    private readonly int _wake;
    private bool _isClosed;

    /// <exception cref="Win32Exception">The system gives no descriptor.</exception>
    public LinuxEvents()
    {
        _poll = epoll_create1(LinuxSockets.OpenCloseOnExec);
        _wake = eventfd(0, LinuxSockets.OpenCloseOnExec | LinuxSockets.OpenNonBlocking);
        if (_poll < 0 || _wake < 0 || !Add(_wake, WakeMark))
        {
            int error = Marshal.GetLastPInvokeError();
            Dispose();
            throw new Win32Exception(error);
        }
    }

    /// <summary>From now on <paramref name="mark"/> is reported while something can be read, until the descriptor is closed.</summary>
    public bool Add(int descriptor, ulong mark)
    {
        byte* wanted = stackalloc byte[16];
        *(uint*)wanted = Readable;
        Marshal.WriteInt64((nint)(wanted + DataOffset), unchecked((long)mark)); // A pattern of bits.
        return epoll_ctl(_poll, AddDescriptor, descriptor, wanted) == 0;
    }

    /// <summary>Ends the wait under way, or else the next.</summary>
    public void Wake()
    {
        lock (_waking)
        {
            ulong one = 1;
            _ = _isClosed ? 0 : write(_wake, &one, sizeof(ulong));
        }
    }

    /// <summary>Waits, for ever with -1; fills the marks that have something to read and returns how many.</summary>
    public int Wait(Span<ulong> marks, int milliseconds)
    {
        int ready = epoll_wait(_poll, _events, Math.Min(Batch, marks.Length), milliseconds);
        int count = 0;
        int stride = DataOffset + sizeof(ulong);
        for (int i = 0; i < ready; i++)
        {
            ulong mark = unchecked((ulong)Marshal.ReadInt64((nint)(_events + (i * stride) + DataOffset))); // A pattern of bits.
            if (mark != WakeMark)
            {
                marks[count++] = mark;
                continue;
            }

            ulong taken;
            _ = read(_wake, &taken, sizeof(ulong));
        }

        return count;
    }

    public void Dispose()
    {
        lock (_waking)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _ = LinuxSockets.close(_poll);
            _ = LinuxSockets.close(_wake);
            NativeMemory.Free(_events);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int poll, int operation, int descriptor, byte* wanted);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int poll, byte* events, int count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, void* data, nint length);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, void* data, nint length);
}
