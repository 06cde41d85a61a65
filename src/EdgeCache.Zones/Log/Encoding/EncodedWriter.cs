using System.Buffers.Binary;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>Appends the primitives of the stored encoding: fixed numbers are big-endian, lengths and counts are LEB128, text is UTF-8.</summary>
internal sealed class EncodedWriter
{
    private const int VarintBits = 7;
    private byte[] _buffer;
    private int _length;

    /// <summary>It grows; whoever knows how long it will be saves the copies.</summary>
    public EncodedWriter(int capacity = 256) => _buffer = new byte[capacity];

    /// <summary>What was written, in the writer's own memory: good until it is cleared.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Begins anew in the same memory.</summary>
    public void Clear() => _length = 0;

    public void Octet(int value) => Take(1)[0] = (byte)value;

    public void Fixed32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), value);

    public void Fixed64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), value);

    public void Fixed64(long value) => Fixed64(unchecked((ulong)value)); // the bits as they are

    public void Varint(long value)
    {
        var rest = (ulong)value;
        for (; rest >= 1 << VarintBits; rest >>= VarintBits)
        {
            Octet((int)(rest & 0x7F) | 0x80);
        }

        Octet((int)rest);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint(value.Length);
        Raw(value);
    }

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void Text(string value)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        Varint(length);
        System.Text.Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>Leaves room for a length (<see cref="Fixed32"/>) that is known only after what it is the length of; says where.</summary>
    public int BeginLength()
    {
        Take(sizeof(uint));
        return _length;
    }

    /// <summary>Fills it in.</summary>
    public void EndLength(int from) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(from - sizeof(uint)), (uint)(_length - from));

    private Span<byte> Take(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
