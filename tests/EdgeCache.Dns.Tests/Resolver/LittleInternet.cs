using System.Net;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>
/// A resolver with a root (192.0.2.1), <c>com.</c> and <c>net.</c> (192.0.2.2) and what a test adds. Private addresses are refused unless it says otherwise.
/// </summary>
internal sealed class LittleInternet : IAsyncDisposable
{
    public const string Root = "192.0.2.1";
    public const string Top = "192.0.2.2";

    public LittleInternet(string com = "", ResolverOptions? options = null, IFollower? follower = null, string root = "", SessionTokens? tokens = null)
    {
        Servers = new ScriptedServers(Time);
        Servers.Serve(Root, (".", $"com NS a.gtld.net.\nnet NS a.gtld.net.\na.gtld.net. A {Top}\n{root}"));
        Servers.Serve(Top, ("com.", com), ("net.", $"a.gtld A {Top}\n"));
        Resolver = new RecursiveResolver(options ?? Options(), follower, Time, Time, Servers, null, tokens);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    public ScriptedServers Servers { get; }

    public RecursiveResolver Resolver { get; }

    public static ResolverOptions Options(bool minimise = true, bool serveStale = false, bool prefetch = false) => new()
    {
        Hints = RootHints.Of(IPAddress.Parse(Root)),
        UseIPv6 = false,
        MinimiseNames = minimise,
        ServeStale = serveStale,
        Prefetch = prefetch,
    };

    /// <summary>Asks as a client over UDP; the answer as <see cref="Asking.Show"/> prints it.</summary>
    public async Task<string> AskAsync(string name, RecordType type = RecordType.A) => Asking.Show(await SendAsync(Asking.Query(name, type, [], flags: Header.RecursionDesiredFlag)));

    public async Task<byte[]> SendAsync(byte[] query, QuerySource? source = null)
    {
        QuerySource from = source ?? Asking.Udp;
        byte[] response = new byte[from.Transport == DnsTransport.Udp ? 1_232 : 65_535];
        int length = Resolver.Respond(query, from, response);
        if (length != Verdicts.Later)
        {
            return response[..length];
        }

        var sink = new Sink();
        await Resolver.RespondAsync(query, from, sink, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        return sink.Message;
    }

    /// <summary>True when the receiving thread has the answer by itself.</summary>
    public bool IsHit(string name, RecordType type = RecordType.A) =>
        Resolver.Respond(Asking.Query(name, type, [], flags: Header.RecursionDesiredFlag), Asking.Udp, new byte[1_232]) > 0;

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public ValueTask DisposeAsync() => Resolver.DisposeAsync();

    private sealed class Sink : IResponseSink
    {
        public byte[] Message { get; private set; } = [];

        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
        {
            Message = message.ToArray();
            return new(true);
        }
    }
}
