using System.Runtime.InteropServices;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Memory of one receiving loop, outside the object heap and wired up once: the queries of a batch, their answers, and the messages that carry these.
/// Answers in a row to one client that are equally long leave as one segmented message (UDP_SEGMENT): the datagrams are the same, but the way through the
/// system is paid once, which forwarders and balancers that ask much from one port feel. Used by one thread.
/// </summary>
internal sealed unsafe class UdpBatch
{
    /// <summary>Queries taken at a time.</summary>
    public const int Size = 32;

    /// <summary>Octets kept of a peer's address.</summary>
    public const int PeerBytes = 32;

    /// <summary>Octets kept of the packet information that came with a query.</summary>
    public const int ControlBytes = 64;

    private const int ControlHeader = 16;
    private const int SegmentControl = 24;
    private const int SendControlBytes = ControlBytes + SegmentControl;
    private readonly byte* _peers = (byte*)NativeMemory.AllocZeroed(Size, PeerBytes);
    private readonly byte* _controls = (byte*)NativeMemory.AllocZeroed(Size, ControlBytes);
    private readonly byte* _sendControls = (byte*)NativeMemory.AllocZeroed(Size, SendControlBytes);
    private readonly LinuxSockets.IoVector* _vectors = (LinuxSockets.IoVector*)NativeMemory.AllocZeroed(Size * 2, (nuint)sizeof(LinuxSockets.IoVector));
    private readonly nint _controlLength;
    private int _answers;
    private bool _isOpen;

    /// <param name="withControl">Whether packet information comes along, which says what address a query was sent to.</param>
    public UdpBatch(bool withControl)
    {
        _controlLength = withControl ? ControlBytes : 0;
        for (int i = 0; i < Size; i++)
        {
            _vectors[i] = new LinuxSockets.IoVector { Base = Queries + (i * UdpSocket.MaxQuery), Length = UdpSocket.MaxQuery };
            Received[i].Header = new LinuxSockets.MessageHeader
            {
                Name = _peers + (i * PeerBytes),
                Vectors = _vectors + i,
                VectorCount = 1,
                Control = withControl ? _controls + (i * ControlBytes) : null,
            };
        }
    }

    /// <summary>Off once the system has refused a segmented message.</summary>
    public bool Segments { get; set; } = true;

    public byte* Queries { get; } = (byte*)NativeMemory.AlignedAlloc(Size * UdpSocket.MaxQuery, 4_096);

    public byte* Responses { get; } = (byte*)NativeMemory.AlignedAlloc(Size * WireLimits.MaxUdpPayload, 64);

    public LinuxSockets.BatchHeader* Received { get; } = (LinuxSockets.BatchHeader*)NativeMemory.AllocZeroed(Size, (nuint)sizeof(LinuxSockets.BatchHeader));

    public LinuxSockets.BatchHeader* Sent { get; } = (LinuxSockets.BatchHeader*)NativeMemory.AllocZeroed(Size, (nuint)sizeof(LinuxSockets.BatchHeader));

    /// <summary>Messages ready to be sent.</summary>
    public int Messages { get; private set; }

    /// <summary>Ready to receive: lengths and flags, which the system call writes back, as they were.</summary>
    public void Reset()
    {
        Messages = _answers = 0;
        for (int i = 0; i < Size; i++)
        {
            Received[i].Header.NameLength = PeerBytes;
            Received[i].Header.ControlLength = _controlLength;
            Received[i].Header.Flags = 0;
        }
    }

    /// <summary>Takes the answer to a query; <paramref name="control"/> says which of our addresses it leaves from.</summary>
    public void Answer(int query, byte* response, int length, ReadOnlySpan<byte> control)
    {
        LinuxSockets.IoVector* vector = _vectors + Size + _answers++;
        *vector = new LinuxSockets.IoVector { Base = response, Length = length };
        ref LinuxSockets.MessageHeader asked = ref Received[query].Header;
        if (_isOpen && Messages > 0 && TryJoin(ref Sent[Messages - 1].Header, asked, length, control))
        {
            return;
        }

        byte* copy = _sendControls + (Messages * SendControlBytes);
        control.CopyTo(new Span<byte>(copy, ControlBytes));
        Sent[Messages++].Header = new LinuxSockets.MessageHeader
        {
            Name = asked.Name,
            NameLength = asked.NameLength,
            Vectors = vector,
            VectorCount = 1,
            Control = control.IsEmpty ? null : copy,
            ControlLength = control.Length,
        };
        _isOpen = Segments;
    }

    /// <summary>A message of the answers of another from one on, for what could not be sent at once.</summary>
    public LinuxSockets.MessageHeader Alone(int message, int answer) => Sent[message].Header with
    {
        Vectors = Sent[message].Header.Vectors + answer,
        VectorCount = 1,
        ControlLength = Sent[message].Header.ControlLength - SegmentControl,
    };

    public void Free()
    {
        NativeMemory.AlignedFree(Queries);
        NativeMemory.AlignedFree(Responses);
        NativeMemory.Free(Received);
        NativeMemory.Free(Sent);
        NativeMemory.Free(_peers);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_sendControls);
        NativeMemory.Free(_vectors);
    }

    /// <summary>Same client, same address of ours, and as long as the first; a shorter one ends the row (udp(7), UDP_SEGMENT).</summary>
    private bool TryJoin(ref LinuxSockets.MessageHeader row, in LinuxSockets.MessageHeader asked, int length, ReadOnlySpan<byte> control)
    {
        nint segment = row.Vectors->Length;
        int before = row.VectorCount == 1 ? (int)row.ControlLength : (int)row.ControlLength - SegmentControl;
        byte* copy = _sendControls + ((Messages - 1) * SendControlBytes);
        if (length > segment
            || !new ReadOnlySpan<byte>(row.Name, (int)row.NameLength).SequenceEqual(new ReadOnlySpan<byte>(asked.Name, (int)asked.NameLength))
            || !control.SequenceEqual(new ReadOnlySpan<byte>(copy, before)))
        {
            return false;
        }

        if (row.VectorCount++ == 1)
        {
            // cmsghdr {size_t len; int level; int type}, a 16-bit length, and what aligns the next; those before it are aligned.
            byte* header = copy + before;
            *(nint*)header = ControlHeader + sizeof(ushort);
            *(int*)(header + 8) = LinuxSockets.LevelUdp;
            *(int*)(header + 12) = LinuxSockets.UdpSegment;
            *(ushort*)(header + ControlHeader) = (ushort)segment;
            row.Control = copy;
            row.ControlLength = before + SegmentControl;
        }

        _isOpen = length == segment;
        return true;
    }
}
