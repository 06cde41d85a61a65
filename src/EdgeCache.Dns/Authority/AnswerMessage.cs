using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// An answer being written: header and question stand already, RRsets are appended whole or not at all, section after section. What does not fit within
/// the limit sets TC (RFC 2181 §9), in the additional section only if asked.
/// </summary>
internal ref struct AnswerMessage
{
    private RecordSetWriter _sets;

    /// <param name="buffer">Starts with the query's header and question, and is cut to what the answer without OPT may have.</param>
    /// <param name="question">The name as it was asked.</param>
    /// <param name="questionEnd">Where the first record goes.</param>
    /// <param name="slots">Cleared room for compression.</param>
    public AnswerMessage(Span<byte> buffer, ReadOnlySpan<byte> question, int questionEnd, Span<ushort> slots) =>
        _sets = new RecordSetWriter(buffer, question, questionEnd, slots);

    public Rcode Rcode { get; set; }

    public bool Authoritative { get; set; }

    public readonly bool Truncated => _sets.IsCut;

    public int Answers { get; private set; }

    public int Authorities { get; private set; }

    public int Additionals { get; private set; }

    /// <summary>Some answer is the last writer's of several.</summary>
    public bool IsContested { get; private set; }

    public readonly int Length => _sets.Wire.Position;

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
        int written = _sets.Add(ownerOffset, owner, set);
        Answers += written;
        IsContested |= written > 0 && set.IsContested;
        return written > 0;
    }

    /// <summary>One record that stands in no zone: the CNAME that a DNAME stands for.</summary>
    public bool AddCname(int ownerOffset, scoped ReadOnlySpan<byte> owner, uint ttl, scoped ReadOnlySpan<byte> target)
    {
        int start = _sets.Wire.Position;
        bool written = _sets.WriteOwner(ownerOffset, owner)
            && _sets.Wire.TryWriteUInt16((ushort)RecordType.CNAME)
            && _sets.Wire.TryWriteUInt16((ushort)RecordClass.IN)
            && _sets.Wire.TryWriteUInt32(ttl)
            && _sets.Wire.TryWriteUInt16(0);
        int data = _sets.Wire.Position;
        if (!written || !_sets.Wire.TryWriteName(target))
        {
            _sets.Wire.Rewind(start);
            _sets.IsCut = true;
            return false;
        }

        _sets.Wire.Patch(data - sizeof(ushort), (ushort)(_sets.Wire.Position - data));
        Answers++;
        return true;
    }

    public bool AddAuthority(int ownerOffset, scoped ReadOnlySpan<byte> owner, RecordSet set)
    {
        int written = _sets.Add(ownerOffset, owner, set);
        Authorities += written;
        return written > 0;
    }

    /// <summary>Addresses; those a resolver cannot do without truncate the answer when there is no room (RFC 9471 §3).</summary>
    public bool AddAdditional(scoped ReadOnlySpan<byte> owner, RecordSet set, bool needed)
    {
        int written = _sets.Add(0, owner, set, needed: needed);
        Additionals += written;
        return written > 0;
    }
}
