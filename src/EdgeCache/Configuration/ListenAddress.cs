using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Configuration;

/// <summary>Where an HTTP listener opens. <see cref="Host"/> is an IP address, <c>localhost</c> (both loopbacks) or <c>*</c> (every address).</summary>
internal sealed record ListenAddress(string Host, int Port)
{
    /// <summary>Many containers speak IPv6 but have no such loopback.</summary>
    private static readonly Lazy<bool> _hasIpv6Loopback = new(CanBindIpv6Loopback);

    /// <summary>True when only this machine can reach it.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>The addresses to bind.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => Host switch
    {
        "localhost" when _hasIpv6Loopback.Value => [new IPEndPoint(IPAddress.Loopback, Port), new IPEndPoint(IPAddress.IPv6Loopback, Port)],
        "localhost" => [new IPEndPoint(IPAddress.Loopback, Port)],
        "*" => [new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, Port)],
        _ => [new IPEndPoint(IPAddress.Parse(Host), Port)],
    };

    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        const string scheme = "http://";
        if (text is null || !text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text[scheme.Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(rest[(colon + 1)..], out var port) || port == 0)
        {
            return false;
        }

        var host = rest[..colon].Trim('[', ']');
        if (host is not ("localhost" or "*") && !IPAddress.TryParse(host, out _))
        {
            return false;
        }

        address = new ListenAddress(host, port);
        return true;
    }

    private static bool CanBindIpv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"http://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
