using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>
/// Server cookies that several servers with one secret understand, RFC 9018 §4: version, reserved, timestamp, and SipHash-2-4 over the client cookie,
/// these and the client's address. Pure: the time is handed in.
/// </summary>
internal static class ServerCookie
{
    private const byte Version = 1;

    /// <summary>RFC 9018 §4.3: at most one hour old, at most five minutes in the future.</summary>
    private const int MaxAge = 3_600;

    private const int MaxAhead = 300;

    /// <summary>An option is 8 octets of client cookie, or 16 to 40 with a server cookie; anything else is a format error (RFC 7873 §5.2.2).</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> option) =>
        option.Length == WireLimits.ClientCookieLength
        || (option.Length >= WireLimits.ClientCookieLength + WireLimits.MinServerCookie
            && option.Length <= WireLimits.ClientCookieLength + WireLimits.MaxServerCookie);

    /// <summary>Writes the 16 octets of a server cookie. The address is 4 or 16 octets.</summary>
    public static void Make(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> client, ReadOnlySpan<byte> address, uint unixSeconds, Span<byte> destination)
    {
        destination[0] = Version;
        destination[1..4].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], unixSeconds);
        Span<byte> input = stackalloc byte[WireLimits.ClientCookieLength + 8 + 16];
        client[..WireLimits.ClientCookieLength].CopyTo(input);
        destination[..8].CopyTo(input[WireLimits.ClientCookieLength..]);
        address.CopyTo(input[16..]);
        ulong hash = SipHash24.Compute(key, input[..(16 + address.Length)]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], hash);
    }

    /// <summary>Whether a well-formed option carries a server cookie of ours for this client that is young enough.</summary>
    public static bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> option, ReadOnlySpan<byte> address, uint unixSeconds)
    {
        if (option.Length != WireLimits.ClientCookieLength + WireLimits.ServerCookieLength)
        {
            return false;
        }

        ReadOnlySpan<byte> cookie = option[WireLimits.ClientCookieLength..];
        uint made = BinaryPrimitives.ReadUInt32BigEndian(cookie[4..]);

        // Serial arithmetic (RFC 9018 §4.3): the 32-bit clock may wrap.
        int age = unchecked((int)(unixSeconds - made));
        if (cookie[0] != Version || age > MaxAge || age < -MaxAhead)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[WireLimits.ServerCookieLength];
        Make(key, option, address, made, expected);
        return expected.SequenceEqual(cookie);
    }
}
