using EdgeCache.Dns.Data.Snapshots;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// The records of an answer being written to a client: RRsets whole or not at all, with the TTL given. What does not fit sets TC (RFC 2181 §9).
/// </summary>
internal ref struct ClientAnswer
{
    private RecordSetWriter _sets;

    /// <param name="buffer">Starts with header and question, and is as long as the answer without OPT may be.</param>
    /// <param name="question">The name as it was asked.</param>
    /// <param name="questionEnd">Where the first record goes.</param>
    /// <param name="slots">Cleared room for compression.</param>
    public ClientAnswer(Span<byte> buffer, ReadOnlySpan<byte> question, int questionEnd, Span<ushort> slots) =>
        _sets = new RecordSetWriter(buffer, question, questionEnd, slots);

    public readonly bool Truncated => _sets.IsCut;

    public int Answers { get; private set; }

    public int Authorities { get; private set; }

    public readonly int Length => _sets.Wire.Position;

    public bool AddAnswer(scoped ReadOnlySpan<byte> owner, RecordSet set, uint ttl)
    {
        int written = _sets.Add(0, owner, set, ttl);
        Answers += written;
        return written > 0;
    }

    /// <summary>The SOA of a negative answer; without room for it the answer is cut off, since it says how long the answer holds.</summary>
    public bool AddAuthority(scoped ReadOnlySpan<byte> owner, RecordSet set, uint ttl)
    {
        int written = _sets.Add(0, owner, set, ttl);
        Authorities += written;
        return written > 0;
    }
}
