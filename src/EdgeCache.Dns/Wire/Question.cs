namespace EdgeCache.Dns.Wire;

/// <summary>One entry of the question section, RFC 1035 §4.1.2. The name keeps the case it was asked in.</summary>
internal readonly ref struct Question
{
    public ReadOnlySpan<byte> Name { get; private init; }

    public RecordType Type { get; private init; }

    public RecordClass Class { get; private init; }

    /// <summary>
    /// Reads a question whose name is not compressed: nothing stands before the first question that a pointer could lead to, and what is read here is
    /// copied into the answer as it is.
    /// </summary>
    public static bool TryRead(scoped ref WireReader reader, out Question question)
    {
        WireReader at = reader;
        question = default;
        int start = at.Position;
        if (!at.TrySkipName())
        {
            return false;
        }

        ReadOnlySpan<byte> name = at.Message[start..at.Position];
        if (!EndsInRoot(name) || !at.TryReadUInt16(out ushort type) || !at.TryReadUInt16(out ushort @class))
        {
            return false;
        }

        question = new Question { Name = name, Type = (RecordType)type, Class = (RecordClass)@class };
        reader = at;
        return true;
    }

    /// <summary>Writes a question; false when there is no room.</summary>
    public static bool TryWrite(scoped ref WireWriter writer, scoped ReadOnlySpan<byte> name, RecordType type, RecordClass @class = RecordClass.IN)
    {
        int start = writer.Position;
        if (writer.TryWriteName(name) && writer.TryWriteUInt16((ushort)type) && writer.TryWriteUInt16((ushort)@class))
        {
            return true;
        }

        writer.Rewind(start);
        return false;
    }

    private static bool EndsInRoot(ReadOnlySpan<byte> name)
    {
        int at = 0;
        while (at < name.Length && name[at] is not 0 and <= WireLimits.MaxLabel)
        {
            at += name[at] + 1;
        }

        return at == name.Length - 1 && name[at] == 0;
    }
}
