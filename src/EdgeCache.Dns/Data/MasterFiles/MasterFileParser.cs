using System.Text;
using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>
/// Reads a zone's master file, RFC 1035 §5, with $TTL (RFC 2308 §4) and $GENERATE. Goes on behind an error, so that all are reported at once.
/// </summary>
internal sealed class MasterFileParser
{
    private readonly DomainName _apex;
    private readonly IncludeFolder _folder;
    private readonly ZoneEditor _zone;
    private readonly MasterFileErrors _errors;
    private readonly byte[] _data = new byte[ushort.MaxValue];
    private readonly byte[] _owner = new byte[WireLimits.MaxName];
    private int _ownerLength;
    private uint? _defaultTtl;
    private uint? _lastTtl;

    /// <param name="apex">The zone's apex.</param>
    /// <param name="folder">Where includes may come from.</param>
    /// <param name="zone">Takes the records.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="ttl">For records without a TTL before any is stated; null: that is an error.</param>
    public MasterFileParser(DomainName apex, IncludeFolder folder, ZoneEditor zone, MasterFileErrors errors, uint? ttl = null)
    {
        _defaultTtl = ttl;
        _apex = apex;
        _folder = folder;
        _zone = zone;
        _errors = errors;
    }

    public void Read(string file, ReadOnlySpan<byte> text, DomainName origin, int depth = 0)
    {
        var lexer = new PresentationLexer(text.StartsWith("\uFEFF"u8) ? text[3..] : text);
        while (!lexer.AtEnd)
        {
            PresentationFault fault = ReadEntry(ref lexer, file, ref origin, depth);
            fault = fault.IsNone ? lexer.Fault : fault;
            if (!fault.IsNone)
            {
                _errors.Add(file, lexer.Text, fault);
            }

            lexer.SkipEntry();
        }
    }

    private PresentationFault ReadEntry(scoped ref PresentationLexer lexer, string file, ref DomainName origin, int depth)
    {
        bool sameOwner = lexer.AtBlank;
        if (!lexer.TryNext(out PresentationToken token))
        {
            return default;
        }

        if (!sameOwner)
        {
            if (token.Text is [(byte)'$', ..] && !token.IsQuoted)
            {
                return ReadDirective(ref lexer, token, file, ref origin, depth);
            }

            PresentationFault fault = NameField.ParseName(token, origin.Wire, _owner, out _ownerLength);
            if (!fault.IsNone)
            {
                _ownerLength = 0;
                return fault;
            }

            if (!lexer.TryNext(out token))
            {
                return new PresentationFault(lexer.Position, "a type is missing");
            }
        }

        return _ownerLength == 0
            ? new PresentationFault(token.Offset, "there is no owner before this line whose name it could take")
            : ReadRecord(ref lexer, token, origin);
    }

    /// <summary>From behind the owner: TTL and class in either order, both optional, then type and data.</summary>
    private PresentationFault ReadRecord(scoped ref PresentationLexer lexer, PresentationToken token, DomainName origin)
    {
        uint? ttl = null;
        bool hasClass = false;
        Span<char> word = stackalloc char[16];
        RecordType type;
        while (!RecordTypeText.TryParse(ToChars(token, word), out type) || token.IsQuoted)
        {
            if (ttl is null && token.TryGetTtl(out uint seconds))
            {
                ttl = seconds;
            }
            else if (!hasClass && (token.Is("IN") || token.Is("CLASS1")))
            {
                hasClass = true;
            }
            else
            {
                return new PresentationFault(token.Offset, $"'{Show(token)}' is neither a type nor a TTL nor the class IN");
            }

            int behind = lexer.Position;
            if (!lexer.TryNext(out token))
            {
                return new PresentationFault(behind, "a type is missing");
            }
        }

        int typeAt = token.Offset;
        var data = new WireWriter(_data);
        PresentationFault fault = Rdata.FormatOf(type).Parse(ref lexer, origin.Wire, ref data);
        return fault.IsNone ? Add(type, ttl, data.Written, typeAt) : fault;
    }

    private PresentationFault Add(RecordType type, uint? ttl, ReadOnlySpan<byte> data, int at)
    {
        ReadOnlySpan<byte> owner = _owner.AsSpan(0, _ownerLength);
        if (!NameBytes.IsWithin(owner, _apex.Wire))
        {
            return new PresentationFault(at, $"the owner {DomainName.FromWire(owner)} lies outside the zone {_apex}");
        }

        string? conflict = ZoneRules.Conflict(_zone.Find(owner), type, data, owner.Length == _apex.Wire.Length);
        if (conflict is not null)
        {
            return new PresentationFault(at, conflict);
        }

        // RFC 2308 §4: $TTL; before it existed, the TTL stated last (RFC 1035 §5.1), or what the SOA gives.
        uint? chosen = ttl ?? _defaultTtl ?? _lastTtl ?? (type == RecordType.SOA ? SoaData.MinimumOf(data) : null);
        if (chosen is not { } seconds)
        {
            return new PresentationFault(at, "there is no TTL: state one or set $TTL");
        }

        _lastTtl = seconds;
        return _zone.Add(owner, type, seconds, data)
            ? default
            : new PresentationFault(at, $"an RRset has at most {DataLimits.MaxRecordSet} octets");
    }

    private PresentationFault ReadDirective(
        scoped ref PresentationLexer lexer, PresentationToken directive, string file, ref DomainName origin, int depth)
    {
        if (directive.Is("$GENERATE"))
        {
            return MasterFileGenerator.Read(ref lexer, this, origin);
        }

        bool known = directive.Is("$ORIGIN") || directive.Is("$TTL") || directive.Is("$INCLUDE");
        if (!known || !lexer.TryNext(out PresentationToken argument))
        {
            return new PresentationFault(directive.Offset, known ? $"{Show(directive)} needs a value" : $"'{Show(directive)}' is no directive known here");
        }

        if (directive.Is("$TTL"))
        {
            if (!argument.TryGetTtl(out uint ttl))
            {
                return new PresentationFault(argument.Offset, $"'{Show(argument)}' is not a time such as 3600 or 1h");
            }

            _defaultTtl = ttl;
            return ExpectEnd(ref lexer);
        }

        if (directive.Is("$ORIGIN"))
        {
            PresentationFault fault = ReadName(argument, origin, out DomainName next);
            origin = fault.IsNone ? next : origin;
            return fault.IsNone ? ExpectEnd(ref lexer) : fault;
        }

        return Include(ref lexer, argument, origin, depth);
    }

    private PresentationFault Include(scoped ref PresentationLexer lexer, PresentationToken name, DomainName origin, int depth)
    {
        if (lexer.TryNext(out PresentationToken word))
        {
            PresentationFault fault = ReadName(word, origin, out origin);
            fault = fault.IsNone ? ExpectEnd(ref lexer) : fault;
            if (!fault.IsNone)
            {
                return fault;
            }
        }

        if (depth == DataLimits.MaxIncludeDepth)
        {
            return new PresentationFault(name.Offset, $"includes are nested more than {DataLimits.MaxIncludeDepth} deep");
        }

        string file = Encoding.UTF8.GetString(name.Text);
        byte[]? text = _folder.Read(file, out string? reason);
        if (text is null)
        {
            return new PresentationFault(name.Offset, reason);
        }

        // RFC 1035 §5.1: neither the origin nor the owner of the included file outlasts it.
        byte[] owner = _owner.AsSpan(0, _ownerLength).ToArray();
        Read(file, text, origin, depth + 1);
        owner.CopyTo(_owner.AsSpan());
        _ownerLength = owner.Length;
        return default;
    }

    /// <summary>Reads one line that $GENERATE made.</summary>
    internal PresentationFault ReadGenerated(ReadOnlySpan<byte> line, DomainName origin)
    {
        var lexer = new PresentationLexer(line);
        PresentationFault fault = lexer.TryNext(out PresentationToken owner)
            ? NameField.ParseName(owner, origin.Wire, _owner, out _ownerLength)
            : new PresentationFault(0, "an owner is missing");
        if (!fault.IsNone || !lexer.TryNext(out PresentationToken token))
        {
            return fault;
        }

        return ReadRecord(ref lexer, token, origin);
    }

    private static PresentationFault ReadName(PresentationToken token, DomainName origin, out DomainName name)
    {
        Span<byte> wire = stackalloc byte[WireLimits.MaxName];
        PresentationFault fault = NameField.ParseName(token, origin.Wire, wire, out int length);
        name = fault.IsNone ? DomainName.FromWire(wire[..length]) : origin;
        return fault;
    }

    private static PresentationFault ExpectEnd(scoped ref PresentationLexer lexer) =>
        lexer.TryNext(out PresentationToken extra) ? new PresentationFault(extra.Offset, $"'{Show(extra)}' is one word too many") : lexer.Fault;

    private static ReadOnlySpan<char> ToChars(PresentationToken token, Span<char> buffer) =>
        token.Text.Length <= buffer.Length && Encoding.ASCII.TryGetChars(token.Text, buffer, out int length) ? buffer[..length] : default;

    private static string Show(PresentationToken token) => Encoding.UTF8.GetString(token.Text[..Math.Min(token.Text.Length, 64)]);
}
