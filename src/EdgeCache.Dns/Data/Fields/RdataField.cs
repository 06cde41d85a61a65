using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>
/// One field of a record's data: between presentation form, the stored form (uncompressed wire form) and a message. Stateless; none of the methods
/// throws on foreign input, and what they accept from a message they can format and write.
/// </summary>
internal abstract class RdataField
{
    /// <summary>Reads from presentation form; the fault says what was expected.</summary>
    public abstract PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output);

    /// <summary>Writes presentation form; the reader stands at this field of stored data.</summary>
    public abstract void Format(scoped ref WireReader stored, StringBuilder output);

    /// <summary>Takes the field out of a message, checks it and appends the stored form. False: malformed or no room.</summary>
    public abstract bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored);

    /// <summary>Copies the field of stored data into a message.</summary>
    public abstract bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message);

    protected static PresentationFault Missing(PresentationLexer lexer, string what) =>
        lexer.Fault.IsNone ? new PresentationFault(lexer.Position, $"{what} is missing") : lexer.Fault;

    protected static PresentationFault Wrong(PresentationToken token, string what) =>
        new(token.Offset, $"'{Encoding.UTF8.GetString(token.Text[..Math.Min(token.Text.Length, 64)])}' is not {what}");

    protected static PresentationFault NoRoom(PresentationLexer lexer) =>
        new(lexer.Position, "the data of a record has at most 65535 octets");

    protected static bool Copy(scoped ref WireReader from, int length, scoped ref WireWriter to) =>
        from.TryReadBytes(length, out ReadOnlySpan<byte> octets) && to.TryWriteBytes(octets);
}
