using System.Text;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>What a server says about itself: its identifier (NSID, RFC 5001) and its cookies (RFC 9018). Thread-safe.</summary>
internal sealed class ServerIdentity
{
    private readonly byte[] _nsid;
    private readonly byte[] _cookieSecret;
    private readonly TimeProvider _time;

    /// <param name="cookieSecret">At least 16 octets.</param>
    public ServerIdentity(string serverId, ReadOnlySpan<byte> cookieSecret, TimeProvider time)
    {
        byte[] id = Encoding.UTF8.GetBytes(serverId);
        _nsid = id[..Math.Min(id.Length, AuthorityLimits.MaxNsid)];
        _cookieSecret = cookieSecret[..SipHash24.KeyLength].ToArray();
        _time = time;
    }

    public ReadOnlySpan<byte> Nsid => _nsid;

    /// <summary>The server cookie for this client as of now.</summary>
    public void MakeCookie(ReadOnlySpan<byte> client, in QuerySource source, Span<byte> cookie)
    {
        Span<byte> address = stackalloc byte[QuerySource.V6Length];
        uint now = unchecked((uint)_time.GetUtcNow().ToUnixTimeSeconds());
        ServerCookie.Make(_cookieSecret, client, address[..source.WriteAddress(address)], now, cookie);
    }
}
