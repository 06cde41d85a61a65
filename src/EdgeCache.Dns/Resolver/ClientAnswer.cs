using System.Buffers.Binary;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// The records of an answer being written to a client: RRsets whole or not at all, with the TTL given. What does not fit sets TC (RFC 2181 §9).
/// </summary>
internal ref struct ClientAnswer
{
    private readonly Span<byte> _buffer;
    private WireWriter _writer;

    /// <param name="buffer">Starts with header and question, and is as long as the answer without OPT may be.</param>
    /// <param name="question">The name as it was asked.</param>
    /// <param name="questionEnd">Where the first record goes.</param>
    /// <param name="slots">Cleared room for compression.</param>
    public ClientAnswer(Span<byte> buffer, ReadOnlySpan<byte> question, int questionEnd, Span<ushort> slots)
    {
        _buffer = buffer;
        _writer = new WireWriter(buffer, new NameCompression(slots), questionEnd);
        _writer.Note(WireLimits.HeaderLength, question);
    }

    public bool Truncated { get; private set; }

    public int Answers { get; private set; }

    public int Authorities { get; private set; }

    public readonly int Length => _writer.Position;

    public bool AddAnswer(scoped ReadOnlySpan<byte> owner, RecordSet set, uint ttl)
    {
        int written = Truncated ? 0 : Add(owner, set, ttl);
        Answers += written;
        Truncated |= written == 0;
        return written > 0;
    }

    /// <summary>The SOA of a negative answer; without room for it the answer is cut off, since it says how long the answer holds.</summary>
    public bool AddAuthority(scoped ReadOnlySpan<byte> owner, RecordSet set, uint ttl)
    {
        int written = Truncated ? 0 : Add(owner, set, ttl);
        Authorities += written;
        Truncated |= written == 0;
        return written > 0;
    }

    private int Add(scoped ReadOnlySpan<byte> owner, RecordSet set, uint ttl)
    {
        int start = _writer.Position;
        RdataFormat? format = HasNames(set.Type) ? Rdata.FormatOf(set.Type) : null;
        for (ReadOnlySpan<byte> rest = set.Tails; !rest.IsEmpty;)
        {
            int length = RecordSet.FixedPart + BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
            if (!_writer.TryWriteName(owner) || !WriteTail(format, rest[..length], ttl))
            {
                _writer.Rewind(start);
                return 0;
            }

            rest = rest[length..];
        }

        return set.Count;
    }

    private bool WriteTail(RdataFormat? format, ReadOnlySpan<byte> tail, uint ttl)
    {
        int at = _writer.Position;
        if (!_writer.TryWriteBytes(format is null ? tail : tail[..RecordSet.FixedPart]))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(_buffer[(at + 4)..], ttl);
        if (format is null)
        {
            return true;
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
