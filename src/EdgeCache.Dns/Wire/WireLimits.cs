namespace EdgeCache.Dns.Wire;

/// <summary>Every bound on what is read from or written to the wire, in one place.</summary>
internal static class WireLimits
{
    /// <summary>RFC 1035 §4.1.1.</summary>
    public const int HeaderLength = 12;

    /// <summary>RFC 1035 §2.3.4, without the length octet.</summary>
    public const int MaxLabel = 63;

    /// <summary>RFC 1035 §2.3.4, with length octets and the root.</summary>
    public const int MaxName = 255;

    /// <summary>A name of 255 octets has at most 127 labels besides the root.</summary>
    public const int MaxLabels = 127;

    /// <summary>A legal name never needs more jumps than it has labels.</summary>
    public const int MaxPointers = 127;

    /// <summary>The highest offset a 14-bit compression pointer reaches, RFC 1035 §4.1.4.</summary>
    public const int MaxPointerTarget = 0x3FFF;

    /// <summary>The two bits that make an offset a compression pointer, RFC 1035 §4.1.4.</summary>
    public const int Pointer = 0xC000;

    public const int MaxMessage = 65_535;

    /// <summary>What every UDP receiver takes without EDNS, RFC 1035 §2.3.4.</summary>
    public const int MinUdpPayload = 512;

    /// <summary>The largest UDP answer sent or asked for: it passes every path unfragmented (DNS flag day 2020).</summary>
    public const int MaxUdpPayload = 1_232;

    /// <summary>TTLs above 2^31-1 count as zero, RFC 2181 §8.</summary>
    public const uint MaxTtl = int.MaxValue;

    /// <summary>RFC 7873 §4: a client cookie is 8 octets, a server cookie 8 to 32.</summary>
    public const int ClientCookieLength = 8;

    public const int MinServerCookie = 8;

    public const int MaxServerCookie = 32;

    /// <summary>RFC 9018 §4: version, reserved, timestamp and hash.</summary>
    public const int ServerCookieLength = 16;

    /// <summary>Options looked at in one OPT record; those after it are not read.</summary>
    public const int MaxEdnsOptions = 32;
}
