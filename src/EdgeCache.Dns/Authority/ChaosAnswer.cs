using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// What a server says of itself to a question of class CH, RFC 4892: its identifier as <c>id.server</c> and <c>hostname.bind</c>, which NSID tells anyway. The
/// version is not told: it helps those who look for servers with known faults. Stateless.
/// </summary>
internal static class ChaosAnswer
{
    private static readonly DomainName[] Names = [.. ((string[])["id.server.", "hostname.bind."]).Select(static n => DomainName.TryParse(n, out DomainName name) ? name : default)];

    /// <summary>Whether there is an answer; everything else of the class is refused.</summary>
    public static bool IsFor(scoped in QueryMessage query, ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty || query.Fault != QueryFault.None || !query.HasQuestion || query.Header.Opcode != Opcode.Query
            || query.Question.Class != RecordClass.CH || query.Question.Type is not (RecordType.TXT or RecordType.ANY))
        {
            return false;
        }

        foreach (DomainName name in Names)
        {
            if (NameBytes.Equal(name.Wire, query.Question.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the record behind the question, which stands already; returns its end. An identifier is far shorter than any message.</summary>
    public static int Write(Span<byte> room, int questionEnd, ReadOnlySpan<byte> id)
    {
        var writer = new WireWriter(room, default, questionEnd);
        bool isWritten = writer.TryWriteUInt16(WireLimits.Pointer | WireLimits.HeaderLength)
            && writer.TryWriteUInt16((ushort)RecordType.TXT)
            && writer.TryWriteUInt16((ushort)RecordClass.CH)
            && writer.TryWriteUInt32(0)
            && writer.TryWriteUInt16((ushort)(id.Length + 1))
            && writer.TryWriteByte((byte)id.Length)
            && writer.TryWriteBytes(id);
        return isWritten ? writer.Position : questionEnd;
    }
}
