using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>
/// A domain name. Compressed when written only in the types of RFC 1035, whose form everybody knows (RFC 3597 §4); read with pointers in all types,
/// as that section asks for types that were once compressed.
/// </summary>
internal sealed class NameField : RdataField
{
    private readonly bool _compress;
    private readonly string _what;

    public NameField(string what, bool compress)
    {
        _what = what;
        _compress = compress;
    }

    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, _what);
        }

        Span<byte> name = stackalloc byte[WireLimits.MaxName];
        PresentationFault fault = ParseName(token, origin, name, out int length);
        if (!fault.IsNone)
        {
            return fault;
        }

        return output.TryWriteName(name[..length], compress: false) ? default : NoRoom(lexer);
    }

    /// <summary>A name that may be <c>@</c> or relative to the origin.</summary>
    public static PresentationFault ParseName(PresentationToken token, ReadOnlySpan<byte> origin, Span<byte> name, out int length)
    {
        if (!token.IsQuoted && token.Text is [(byte)'@'] && !origin.IsEmpty)
        {
            origin.CopyTo(name);
            length = origin.Length;
            return default;
        }

        return NameText.Parse(token.Text, origin, name, out length) switch
        {
            NameFault.None => default,
            NameFault.EmptyLabel => Wrong(token, "a domain name: a label is empty"),
            NameFault.LabelTooLong => Wrong(token, "a domain name: a label has more than 63 octets"),
            NameFault.NameTooLong => Wrong(token, "a domain name: it has more than 255 octets"),
            NameFault.BadEscape => Wrong(token, "a domain name: an escape is not \\DDD (000 to 255) or \\X"),
            NameFault.NoOrigin => Wrong(token, "an absolute domain name, and there is no origin"),
            _ => Wrong(token, "a domain name"),
        };
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        Span<byte> name = stackalloc byte[WireLimits.MaxName];
        if (stored.TryReadName(name, out int length))
        {
            NameText.Format(name[..length], output);
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored)
    {
        Span<byte> name = stackalloc byte[WireLimits.MaxName];
        return message.TryReadName(name, out int length) && message.Position <= end && stored.TryWriteName(name[..length], compress: false);
    }

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message)
    {
        // Stored names have no pointers, so what is skipped is the whole name.
        int start = stored.Position;
        return stored.TrySkipName() && message.TryWriteName(stored.Message[start..stored.Position], _compress);
    }
}
