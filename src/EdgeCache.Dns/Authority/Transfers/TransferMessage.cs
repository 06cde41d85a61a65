using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Transfers;

/// <summary>One message of a transfer after the other, over the same memory. Every message has the question, and OPT if the query had it.</summary>
internal sealed class TransferMessage
{
    private readonly byte[] _buffer = new byte[WireLimits.MaxMessage];
    private readonly ushort[] _slots = new ushort[NameCompression.Slots];
    private readonly int _questionEnd;
    private readonly bool _edns;
    private int _position;
    private int _count;

    public TransferMessage(ReadOnlySpan<byte> question, bool edns)
    {
        question.CopyTo(_buffer);
        _questionEnd = question.Length;
        _edns = edns;
        Clear();
    }

    public bool IsEmpty => _count == 0;

    /// <summary>The memory, for signing behind the message.</summary>
    public Span<byte> Buffer => _buffer;

    public ReadOnlyMemory<byte> Octets(int length) => _buffer.AsMemory(0, length);

    /// <summary>False when the message is full; a record that is alone always fits.</summary>
    public bool TryAdd(TransferRecord record)
    {
        // Beyond this size owners cannot be pointed to; a single large record may go beyond it.
        int room = IsEmpty ? _buffer.Length - AuthorityLimits.TransferOverhead : AuthorityLimits.TransferMessage;
        var writer = new WireWriter(_buffer.AsSpan(0, room), new NameCompression(_slots), _position);
        ReadOnlySpan<byte> tail = record.Tail.Span;
        if (!writer.TryWriteName(record.Owner) || !writer.TryWriteBytes(tail[..RecordSet.FixedPart]))
        {
            writer.Rewind(_position);
            return false;
        }

        int data = writer.Position;
        if (!Rdata.FormatOf(record.Type).TryWrite(tail[RecordSet.FixedPart..], ref writer))
        {
            writer.Rewind(_position);
            return false;
        }

        writer.Patch(data - sizeof(ushort), (ushort)(writer.Position - data));
        _position = writer.Position;
        _count++;
        return true;
    }

    /// <summary>Completes the message and returns its length.</summary>
    public int Finish(ushort id, ushort flags)
    {
        var writer = new WireWriter(_buffer, default, _position);
        int additional = 0;
        if (_edns && EdnsWriter.TryBegin(ref writer, out EdnsWriter edns))
        {
            edns.End(ref writer);
            additional = 1;
        }

        new Header { Id = id, Flags = flags, QuestionCount = 1, AnswerCount = (ushort)_count, AdditionalCount = (ushort)additional }.TryWrite(_buffer);
        return writer.Position;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        _position = _questionEnd;
        _count = 0;
        int type = _questionEnd - (2 * sizeof(ushort));
        new WireWriter(_buffer, new NameCompression(_slots), _position).Note(WireLimits.HeaderLength, _buffer.AsSpan(WireLimits.HeaderLength..type));
    }
}
