using System.Globalization;
using System.Net;
using System.Text;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Resolver.Levels;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>The answer to a look-up as a person reads it. Immutable.</summary>
/// <param name="Status">The response code, such as NOERROR.</param>
/// <param name="Records">Lines of the answer: owner, TTL, class, type, data.</param>
/// <param name="Authority">The same of the authority section.</param>
/// <param name="Told">What the server says about its answer in the option of our own, by key.</param>
/// <param name="Error">The extended error, if there is one.</param>
public sealed record LookupResult(
    string Status, IReadOnlyList<string> Records, IReadOnlyList<string> Authority, IReadOnlyDictionary<string, string> Told, string? Error);

/// <summary>One step of a walk.</summary>
/// <param name="Zone">The zone whose server was asked.</param>
/// <param name="Server">The server that answered; null when none did.</param>
/// <param name="Question">What it was asked.</param>
/// <param name="Outcome">What it said, in a word.</param>
/// <param name="Records">Servers referred to, or the answer.</param>
public sealed record LookupStep(string Zone, string? Server, string Question, string Outcome, IReadOnlyList<string> Records);

/// <summary>Looks names up as a client: of one server, or by walking the hierarchy. For the command line.</summary>
public static class Lookup
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(6);

    /// <summary>Asks a resolver over UDP, or TCP when the answer is cut off; null when it does not answer. False when name or type cannot be read.</summary>
    /// <param name="server">Who is asked.</param>
    /// <param name="name">A domain name.</param>
    /// <param name="type">A record type.</param>
    /// <param name="demand">Words for the option of our own, such as <c>level=strong</c>; empty to be told about the answer only.</param>
    /// <param name="cancellation">Stops.</param>
    public static async Task<LookupResult?> AskAsync(IPEndPoint server, string name, string type, string demand, CancellationToken cancellation)
    {
        byte[] query = Write(Parse(name, type), demand);
        var upstream = new SocketUpstream(TimeProvider.System, new CryptoRandom(), new UpstreamCounters(), null);
        UpstreamReply reply = await upstream.ExchangeAsync(new UpstreamRequest(server, query, false, Timeout), cancellation).ConfigureAwait(false);
        if (reply.Outcome == UpstreamOutcome.Answered && Header.TryRead(reply.Message.Span, out Header header) && header.Truncated)
        {
            reply = await upstream.ExchangeAsync(new UpstreamRequest(server, query, true, Timeout), cancellation).ConfigureAwait(false);
        }

        return reply.Outcome == UpstreamOutcome.Answered ? Show(reply.Message.Span) : null;
    }

    /// <summary>Walks from the hints to the answer, step by step.</summary>
    public static async Task<LookupResult> WalkAsync(RootHints hints, int port, string name, string type, Action<LookupStep> step, CancellationToken cancellation)
    {
        var options = new ResolverOptions { Hints = hints, UpstreamPort = port, ServeStale = false, Prefetch = false };
        var resolver = new RecursiveResolver(options, null, TimeProvider.System, TimeProvider.System, null, (cut, asked, reply) => step(Show(cut, asked, reply)));
        await using (resolver.ConfigureAwait(false))
        {
            Resolution found = await resolver.ResolveAsync(Parse(name, type), cancellation).ConfigureAwait(false);
            return new LookupResult(
                found.Rcode.ToString().ToUpperInvariant(),
                [.. found.Answer.SelectMany(Lines)],
                found.Soa is { } soa ? [.. Lines(soa)] : [],
                new Dictionary<string, string>(),
                found.Error is { } error ? $"{error} {found.ErrorText}".Trim() : null);
        }
    }

    /// <summary>Whether a name and a type can be looked up, or why not.</summary>
    public static string? Explain(string name, string type) =>
        !DomainName.TryParse(name, out _) ? $"'{name}' is not a domain name"
        : !RecordTypeText.TryParse(type, out _) ? $"'{type}' is not a record type"
        : null;

    private static Asked Parse(string name, string type) =>
        DomainName.TryParse(name, out DomainName parsed) && RecordTypeText.TryParse(type, out RecordType number)
            ? new Asked(parsed, number)
            : throw new ArgumentException(Explain(name, type), nameof(name));

    private static byte[] Write(Asked asked, string demand)
    {
        var random = new CryptoRandom();
        var writer = new WireWriter(new byte[WireLimits.MaxUdpPayload], default, WireLimits.HeaderLength);
        Question.TryWrite(ref writer, asked.Name.Wire, asked.Type);
        if (EdnsWriter.TryBegin(ref writer, out EdnsWriter edns))
        {
            EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.EdgeCache, Encoding.ASCII.GetBytes(demand));
            edns.End(ref writer);
        }

        byte[] query = writer.Written.ToArray();
        new Header { Id = (ushort)random.Next(0, 65_536), Flags = Header.RecursionDesiredFlag, QuestionCount = 1, AdditionalCount = 1 }.TryWrite(query);
        return query;
    }

    private static LookupResult Show(ReadOnlySpan<byte> message)
    {
        if (!ReplyContent.TryRead(message, out ReplyContent? read) || read is not { } content)
        {
            return new LookupResult("MALFORMED", [], [], new Dictionary<string, string>(), null);
        }

        var told = new Dictionary<string, string>();
        foreach (string word in Encoding.ASCII.GetString(content.Own).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int cut = word.IndexOf('=', StringComparison.Ordinal);
            told[cut < 0 ? word : word[..cut]] = cut < 0 ? string.Empty : word[(cut + 1)..];
        }

        return new LookupResult(
            content.Rcode.ToString().ToUpperInvariant(), [.. content.Answer.SelectMany(Lines)], [.. content.Authority.SelectMany(Lines)], told, content.ErrorText);
    }

    private static LookupStep Show(Delegation cut, Asked asked, ZoneReply reply)
    {
        IReadOnlyList<string> records = reply.Reply switch
        {
            { Kind: ReplyKind.Referral, Cut: { } next } => [.. next.Hosts.Select(h => $"{next.Zone} NS {h.Name} {string.Join(' ', h.Glue)}".TrimEnd())],
            { } judged => [.. judged.Chain.SelectMany(Lines)],
            _ => [],
        };
        string outcome = reply.Reply?.Kind switch
        {
            ReplyKind.Answer => "answer",
            ReplyKind.Alias => "alias",
            ReplyKind.Referral => "referral",
            ReplyKind.NoData => "no data",
            ReplyKind.NoName => "no such name",
            null => "no server answered",
            _ => "failed",
        };
        return new LookupStep(cut.Zone.ToString(), reply.Server?.ToString(), asked.ToString(), outcome, records);
    }

    private static IEnumerable<string> Lines(OwnedSet set)
    {
        var lines = new List<string>();
        foreach (ReadOnlySpan<byte> data in set.Set)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{set.Owner} {set.Set.Ttl} IN {RecordTypeText.Format(set.Set.Type)} {Rdata.Format(set.Set.Type, data)}"));
        }

        return lines;
    }
}
