using System.Buffers.Binary;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// All records of one owner and type (RFC 2181 §5), encoded so that an answer is a copy: for each record type, class, TTL, length and uncompressed data,
/// which follow the owner name on the wire. Immutable.
/// </summary>
internal sealed class RecordSet
{
    /// <summary>Type, class, TTL and length.</summary>
    public const int FixedPart = 10;

    private readonly byte[] _tails;

    private RecordSet(RecordType type, uint ttl, int count, byte[] tails)
    {
        Type = type;
        Ttl = ttl;
        Count = count;
        _tails = tails;
    }

    public RecordType Type { get; }

    public uint Ttl { get; }

    public int Count { get; }

    /// <summary>True for the last writer's of several values whose writers did not know each other: an answer says so.</summary>
    public bool IsContested { get; private init; }

    /// <summary>Everything behind the owner name of each record, one after the other.</summary>
    public ReadOnlySpan<byte> Tails => _tails;

    /// <summary>The same where a span cannot be kept.</summary>
    public ReadOnlyMemory<byte> TailsMemory => _tails;

    /// <summary>The data of the first record.</summary>
    public ReadOnlySpan<byte> First => _tails.AsSpan(FixedPart, BinaryPrimitives.ReadUInt16BigEndian(_tails.AsSpan(8)));

    public static RecordSet Of(RecordType type, uint ttl, ReadOnlySpan<byte> data)
    {
        byte[] tails = new byte[FixedPart + data.Length];
        Encode(type, ttl, data, tails);
        return new RecordSet(type, ttl, 1, tails);
    }

    /// <summary>Several records at once; they are different and at least one.</summary>
    public static RecordSet Join(RecordType type, uint ttl, IReadOnlyList<byte[]> data)
    {
        byte[] tails = new byte[data.Sum(static d => FixedPart + d.Length)];
        int at = 0;
        foreach (byte[] one in data)
        {
            Encode(type, ttl, one, tails.AsSpan(at));
            at += FixedPart + one.Length;
        }

        return new RecordSet(type, ttl, data.Count, tails);
    }

    /// <summary>With one record more; the same instance when it is there already. The lower TTL counts for all (RFC 2181 §5.2). Null: too large.</summary>
    public RecordSet? With(uint ttl, ReadOnlySpan<byte> data)
    {
        if (Contains(data))
        {
            return ttl >= Ttl ? this : WithTtl(ttl);
        }

        if (_tails.Length + FixedPart + data.Length + ((Count + 1) * 2) > DataLimits.MaxRecordSet)
        {
            return null;
        }

        RecordSet start = ttl < Ttl ? WithTtl(ttl) : this;
        byte[] tails = new byte[_tails.Length + FixedPart + data.Length];
        start._tails.CopyTo(tails, 0);
        Encode(Type, start.Ttl, data, tails.AsSpan(_tails.Length));
        return new RecordSet(Type, start.Ttl, Count + 1, tails);
    }

    public RecordSet WithTtl(uint ttl)
    {
        byte[] tails = (byte[])_tails.Clone();
        for (int at = 0; at < tails.Length; at += FixedPart + BinaryPrimitives.ReadUInt16BigEndian(tails.AsSpan(at + 8)))
        {
            BinaryPrimitives.WriteUInt32BigEndian(tails.AsSpan(at + 4), ttl);
        }

        return new RecordSet(Type, ttl, Count, tails);
    }

    /// <summary>The same, marked as one of several.</summary>
    public RecordSet AsContested() => new(Type, Ttl, Count, _tails) { IsContested = true };

    public Enumerator GetEnumerator() => new(_tails);

    public bool Contains(ReadOnlySpan<byte> data)
    {
        foreach (ReadOnlySpan<byte> there in this)
        {
            if (Rdata.AreSame(Type, there, data))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Same TTL and the same data in the same order, contested or not.</summary>
    public bool IsSameAs(RecordSet other) => Type == other.Type && IsContested == other.IsContested && _tails.AsSpan().SequenceEqual(other._tails);

    private static void Encode(RecordType type, uint ttl, ReadOnlySpan<byte> data, Span<byte> tail)
    {
        BinaryPrimitives.WriteUInt16BigEndian(tail, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(tail[2..], (ushort)RecordClass.IN);
        BinaryPrimitives.WriteUInt32BigEndian(tail[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(tail[8..], (ushort)data.Length);
        data.CopyTo(tail[FixedPart..]);
    }

    /// <summary>The data of each record.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> tails) => _rest = tails;

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[8..]);
            Current = _rest.Slice(FixedPart, length);
            _rest = _rest[(FixedPart + length)..];
            return true;
        }
    }
}
