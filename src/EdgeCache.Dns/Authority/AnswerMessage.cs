using System.Buffers.Binary;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// An answer being written: header and question stand already, RRsets are appended whole or not at all, section after section. What does not fit within
/// the limit sets TC (RFC 2181 §9), in the additional section only if asked.
/// </summary>
internal ref struct AnswerMessage
{
    private readonly Span<byte> _buffer;
    private WireWriter _writer;

    /// <param name="buffer">Starts with the query's header and question, and is cut to what the answer without OPT may have.</param>
    /// <param name="question">The name as it was asked.</param>
    /// <param name="questionEnd">Where the first record goes.</param>
    /// <param name="slots">Cleared room for compression.</param>
    public AnswerMessage(Span<byte> buffer, ReadOnlySpan<byte> question, int questionEnd, Span<ushort> slots)
    {
        _buffer = buffer;
        _writer = new WireWriter(buffer, new NameCompression(slots), questionEnd);
        _writer.Note(WireLimits.HeaderLength, question);
    }

    public Rcode Rcode { get; set; }

    public bool Authoritative { get; set; }

    public bool Truncated { get; private set; }

    public int Answers { get; private set; }

    public int Authorities { get; private set; }

    public int Additionals { get; private set; }

    /// <summary>Some answer is the last writer's of several.</summary>
    public bool IsContested { get; private set; }

    public readonly int Length => _writer.Position;

    /// <summary>What is to be said about it.</summary>
    public readonly ReplyFacts Facts(ZoneSnapshot zone) => new()
    {
        Rcode = Rcode,
        Authoritative = Authoritative,
        Truncated = Truncated,
        Answers = Answers,
        Authorities = Authorities,
        Additionals = Additionals,
        Zone = zone,
        IsContested = IsContested,
    };

    public bool AddAnswer(int ownerOffset, scoped ReadOnlySpan<byte> owner, RecordSet set)
    {
        int written = Add(ownerOffset, owner, set);
        Answers += written;
        Truncated |= written == 0;
        IsContested |= written > 0 && set.IsContested;
        return written > 0;
    }

    /// <summary>One record that stands in no zone: the CNAME that a DNAME stands for.</summary>
    public bool AddCname(int ownerOffset, scoped ReadOnlySpan<byte> owner, uint ttl, scoped ReadOnlySpan<byte> target)
    {
        int start = _writer.Position;
        bool written = WriteOwner(ownerOffset, owner)
            && _writer.TryWriteUInt16((ushort)RecordType.CNAME)
            && _writer.TryWriteUInt16((ushort)RecordClass.IN)
            && _writer.TryWriteUInt32(ttl)
            && _writer.TryWriteUInt16(0);
        int data = _writer.Position;
        if (!written || !_writer.TryWriteName(target))
        {
            _writer.Rewind(start);
            Truncated = true;
            return false;
        }

        _writer.Patch(data - sizeof(ushort), (ushort)(_writer.Position - data));
        Answers++;
        return true;
    }

    public bool AddAuthority(int ownerOffset, scoped ReadOnlySpan<byte> owner, RecordSet set)
    {
        int written = Add(ownerOffset, owner, set);
        Authorities += written;
        Truncated |= written == 0;
        return written > 0;
    }

    /// <summary>Addresses; those a resolver cannot do without truncate the answer when there is no room (RFC 9471 §3).</summary>
    public bool AddAdditional(scoped ReadOnlySpan<byte> owner, RecordSet set, bool needed)
    {
        int written = Add(0, owner, set);
        Additionals += written;
        Truncated |= needed && written == 0;
        return written > 0;
    }

    /// <summary>Returns the number of records written: all or none.</summary>
    private int Add(int ownerOffset, scoped ReadOnlySpan<byte> owner, RecordSet set)
    {
        int start = _writer.Position;
        if (Truncated)
        {
            return 0;
        }

        RdataFormat? format = HasNames(set.Type) ? Rdata.FormatOf(set.Type) : null;
        for (ReadOnlySpan<byte> rest = set.Tails; !rest.IsEmpty;)
        {
            int at = _writer.Position;
            int length = RecordSet.FixedPart + BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
            if (!WriteOwner(ownerOffset, owner) || !WriteTail(format, rest[..length]))
            {
                _writer.Rewind(start);
                return 0;
            }

            ownerOffset = ownerOffset == 0 && at <= WireLimits.MaxPointerTarget ? at : ownerOffset;
            rest = rest[length..];
        }

        return set.Count;
    }

    private bool WriteOwner(int offset, scoped ReadOnlySpan<byte> owner) =>
        offset != 0 ? _writer.TryWriteUInt16((ushort)(0xC000 | offset)) : _writer.TryWriteName(owner);

    private bool WriteTail(RdataFormat? format, ReadOnlySpan<byte> tail)
    {
        if (format is null)
        {
            return _writer.TryWriteBytes(tail);
        }

        if (!_writer.TryWriteBytes(tail[..RecordSet.FixedPart]))
        {
            return false;
        }

        int data = _writer.Position;
        if (!format.TryWrite(tail[RecordSet.FixedPart..], ref _writer))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(data - sizeof(ushort))..], (ushort)(_writer.Position - data));
        return true;
    }

    /// <summary>Types whose names are compressed on the wire, RFC 3597 §4.</summary>
    private static bool HasNames(RecordType type) =>
        type is RecordType.NS or RecordType.CNAME or RecordType.SOA or RecordType.PTR or RecordType.MX;
}
