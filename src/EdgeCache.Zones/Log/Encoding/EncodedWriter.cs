using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>Appends the primitives of the stored encoding: fixed numbers are big-endian, lengths and counts are LEB128, text is UTF-8.</summary>
internal sealed class EncodedWriter
{
    private const int VarintBits = 7;
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Octet(int value)
    {
        _buffer.GetSpan(1)[0] = (byte)value;
        _buffer.Advance(1);
    }

    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(sizeof(uint)), value);
        _buffer.Advance(sizeof(uint));
    }

    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(sizeof(ulong)), value);
        _buffer.Advance(sizeof(ulong));
    }

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
        _buffer.Write(value);
    }

    public void Raw(ReadOnlySpan<byte> value) => _buffer.Write(value);

    public void Text(string value)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        Varint(length);
        System.Text.Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }
}
