using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>The twelve octets every message starts with, RFC 1035 §4.1.1; AD and CD of RFC 4035. The default is an empty query with id 0.</summary>
internal readonly record struct Header
{
    public const ushort ResponseFlag = 0x8000;
    public const ushort AuthoritativeFlag = 0x0400;
    public const ushort TruncatedFlag = 0x0200;
    public const ushort RecursionDesiredFlag = 0x0100;
    public const ushort RecursionAvailableFlag = 0x0080;
    public const ushort AuthenticDataFlag = 0x0020;
    public const ushort CheckingDisabledFlag = 0x0010;
    private const int OpcodeShift = 11;

    public ushort Id { get; init; }

    public ushort Flags { get; init; }

    public ushort QuestionCount { get; init; }

    public ushort AnswerCount { get; init; }

    public ushort AuthorityCount { get; init; }

    public ushort AdditionalCount { get; init; }

    public bool IsResponse => (Flags & ResponseFlag) != 0;

    public Opcode Opcode => (Opcode)((Flags >> OpcodeShift) & 0xF);

    public bool Authoritative => (Flags & AuthoritativeFlag) != 0;

    public bool Truncated => (Flags & TruncatedFlag) != 0;

    public bool RecursionDesired => (Flags & RecursionDesiredFlag) != 0;

    public bool RecursionAvailable => (Flags & RecursionAvailableFlag) != 0;

    public bool AuthenticData => (Flags & AuthenticDataFlag) != 0;

    public bool CheckingDisabled => (Flags & CheckingDisabledFlag) != 0;

    /// <summary>The low four bits; the rest is in the OPT record.</summary>
    public Rcode Rcode => (Rcode)(Flags & 0xF);

    /// <summary>The flag word of a message of this kind.</summary>
    public static ushort FlagsOf(Opcode opcode, Rcode rcode, ushort bits) =>
        (ushort)(((int)opcode << OpcodeShift) | ((int)rcode & 0xF) | bits);

    public static bool TryRead(ReadOnlySpan<byte> message, out Header header)
    {
        if (message.Length < WireLimits.HeaderLength)
        {
            header = default;
            return false;
        }

        header = new Header
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            QuestionCount = BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            AnswerCount = BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            AuthorityCount = BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            AdditionalCount = BinaryPrimitives.ReadUInt16BigEndian(message[10..]),
        };
        return true;
    }

    public bool TryWrite(Span<byte> message)
    {
        if (message.Length < WireLimits.HeaderLength)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], QuestionCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], AnswerCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], AuthorityCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], AdditionalCount);
        return true;
    }
}
