using System.Buffers.Binary;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// The OPT record of an answer: planned before the answer is written, so that its room is kept, and written behind it. The default means: the query had
/// none, so the answer has none (RFC 6891 §7).
/// </summary>
internal readonly ref struct OptReply
{
    /// <summary>What an answer out of several concurrent values is told with.</summary>
    public const string Contested = "concurrent values; this is the last writer's";

    private const int OptionHeader = 4;
    private const int VersionLength = 6;

    /// <summary>Octets of that option.</summary>
    public static int ContestedLength => OptionHeader + sizeof(ushort) + Contested.Length;

    private readonly Edns _query;
    private readonly ReadOnlySpan<byte> _nsid;
    private readonly bool _wantsNsid;
    private readonly bool _wantsVersion;

    public OptReply(Edns query, ReadOnlySpan<byte> nsid)
    {
        _query = query;
        _nsid = nsid;
        if (query.Options.IsEmpty)
        {
            return;
        }

        _wantsNsid = !nsid.IsEmpty && query.TryGetOption(EdnsOptionCode.Nsid, out _);
        _wantsVersion = query.TryGetOption(EdnsOptionCode.ZoneVersion, out ReadOnlySpan<byte> version);
        IsMalformed = !version.IsEmpty;
        if (query.TryGetOption(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> cookie))
        {
            IsMalformed |= !ServerCookie.IsWellFormed(cookie);
            ClientCookie = IsMalformed ? default : cookie[..WireLimits.ClientCookieLength];
        }
    }

    /// <summary>A cookie of impossible length (RFC 7873 §5.2.2), or a version where one is asked for (RFC 9660 §3): FORMERR.</summary>
    public bool IsMalformed { get; }

    public ReadOnlySpan<byte> ClientCookie { get; }

    /// <summary>Octets kept free behind the answer.</summary>
    public int Room => !_query.IsPresent ? 0 : EdnsWriter.BareLength
        + (_wantsNsid ? OptionHeader + _nsid.Length : 0)
        + (_wantsVersion ? OptionHeader + VersionLength : 0)
        + (ClientCookie.IsEmpty ? 0 : OptionHeader + WireLimits.ClientCookieLength + WireLimits.ServerCookieLength);

    /// <summary>Writes the record at an offset and returns its length, which is 0 without EDNS.</summary>
    public int Write(
        Span<byte> buffer,
        int offset,
        Rcode rcode,
        ZoneSnapshot? zone,
        scoped ReadOnlySpan<byte> serverCookie,
        ExtendedError? error = null,
        string errorText = "",
        scoped ReadOnlySpan<byte> ownOption = default)
    {
        var writer = new WireWriter(buffer, default, offset);
        if (!_query.IsPresent || !EdnsWriter.TryBegin(ref writer, out EdnsWriter edns, rcode, _query.DnssecOk))
        {
            return 0;
        }

        if (!ClientCookie.IsEmpty)
        {
            EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.Cookie, ClientCookie, serverCookie);
        }

        if (_wantsNsid)
        {
            EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.Nsid, _nsid);
        }

        if (_wantsVersion && zone is not null)
        {
            WriteVersion(ref writer, zone);
        }

        if (error is { } code)
        {
            EdnsWriter.TryWriteError(ref writer, code, errorText);
        }

        if (!ownOption.IsEmpty)
        {
            EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.EdgeCache, ownOption);
        }

        edns.End(ref writer);
        return writer.Position - offset;
    }

    /// <summary>RFC 9660 §2: number of labels of the zone, type SOA-SERIAL, the serial.</summary>
    private static void WriteVersion(scoped ref WireWriter writer, ZoneSnapshot zone)
    {
        Span<byte> version = stackalloc byte[VersionLength];
        version[0] = (byte)zone.ApexLabels;
        version[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(version[2..], zone.Serial);
        EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.ZoneVersion, version);
    }
}
