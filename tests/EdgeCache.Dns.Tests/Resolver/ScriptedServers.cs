using System.Net;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>What a scripted server was asked.</summary>
internal sealed record ServerQuestion(string Name, RecordType Type, bool HasEdns, bool OverTcp, byte[] Raw)
{
    public bool Is(string name, RecordType type) => Type == type && string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Answers one question; null stays silent.</summary>
internal delegate byte[]? ServerScript(ServerQuestion question);

/// <summary>The servers of a little Internet, by address, in virtual time: honest ones answer from zones, others do what a test says.</summary>
internal sealed class ScriptedServers : IUpstreamTransport
{
    private readonly Dictionary<IPAddress, ServerScript> _servers = [];
    private readonly Dictionary<IPAddress, TimeSpan> _delays = [];
    private readonly FakeTimeProvider _time;

    public ScriptedServers(FakeTimeProvider time) => _time = time;

    /// <summary>Every question in order, as <c>address name type</c>.</summary>
    public List<string> Log { get; } = [];

    public int Count(string part) => Log.Count(l => l.Contains(part, StringComparison.OrdinalIgnoreCase));

    public void Script(string address, ServerScript script) => _servers[IPAddress.Parse(address)] = script;

    /// <summary>From now on a server's replies take so long.</summary>
    public void Delay(string address, TimeSpan delay) => _delays[IPAddress.Parse(address)] = delay;

    /// <summary>An honest authority of zones given as master files.</summary>
    public void Serve(string address, params (string Apex, string Text)[] zones) => Script(address, Honest(zones));

    public static ServerScript Honest(params (string Apex, string Text)[] zones) =>
        HonestAs([.. zones.Select(static z => (z.Apex, $"@ 3600 SOA ns. h. 1 2 3 4 60\n@ 3600 NS ns.{(z.Apex == "." ? "" : z.Apex)}\n{z.Text}"))]);

    /// <summary>The same with the zones' own SOA and NS.</summary>
    public static ServerScript HonestAs(params (string Apex, string Text)[] zones)
    {
        AuthorityResponder responder = Asking.Responder([.. zones.Select(static z => Asking.Zone(z.Apex, z.Text))]);
        return q => Asking.Send(responder, q.Raw, q.OverTcp ? Asking.Tcp : Asking.Udp);
    }

    public ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        QueryMessage message = QueryMessage.Parse(request.Query.Span);
        var question = new ServerQuestion(
            DomainName.FromWire(message.Question.Name).ToString().ToLowerInvariant(), message.Question.Type, message.Edns.IsPresent, request.OverTcp, request.Query.ToArray());
        Log.Add($"{request.Server.Address} {question.Name} {question.Type}{(request.OverTcp ? " tcp" : "")}");
        byte[]? reply = _servers.TryGetValue(request.Server.Address, out ServerScript? script) ? script(question) : null;
        TimeSpan delay = _delays.GetValueOrDefault(request.Server.Address);
        if (reply is null || delay > request.Timeout)
        {
            _time.Advance(request.Timeout);
            return new(new UpstreamReply(UpstreamOutcome.TimedOut, default, request.Timeout));
        }

        _time.Advance(delay);
        ReplyMatch match = ReplyCheck.Compare(request.Query.Span, reply);
        UpstreamOutcome outcome = match switch
        {
            ReplyMatch.Match => UpstreamOutcome.Answered,
            ReplyMatch.WrongCase when request.OverTcp => UpstreamOutcome.Answered,
            ReplyMatch.WrongCase => UpstreamOutcome.OtherCase,
            _ => UpstreamOutcome.TimedOut,
        };
        if (outcome == UpstreamOutcome.TimedOut)
        {
            _time.Advance(request.Timeout);
        }

        return new(new UpstreamReply(outcome, outcome == UpstreamOutcome.Answered ? reply : default, delay > TimeSpan.Zero ? delay : TimeSpan.FromMilliseconds(5)));
    }

    /// <summary>
    /// A reply to a question: the header's flags (aa, tc, ra), a code, and records as <c>an|au|ad owner ttl type data</c>.
    /// </summary>
    public static byte[] Reply(ServerQuestion question, string flags, Rcode rcode, params string[] records)
    {
        QueryMessage query = QueryMessage.Parse(question.Raw);
        byte[] buffer = new byte[65_535];
        question.Raw.AsSpan(0, query.QuestionEnd).CopyTo(buffer);
        var writer = new WireWriter(buffer, default, query.QuestionEnd);
        int[] counts = new int[3];
        foreach (string record in records)
        {
            string[] words = record.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            counts[words[0] switch { "an" => 0, "au" => 1, _ => 2 }]++;
            RecordType type = Asking.Type(words[3]);
            Rdata.Parse(type, words.Length > 4 ? words[4] : "", Names.Of("."), out byte[] data);
            writer.TryWriteName(Names.Of(words[1]).Wire);
            writer.TryWriteUInt16((ushort)type);
            writer.TryWriteUInt16(1);
            writer.TryWriteUInt32(uint.Parse(words[2]));
            writer.TryWriteUInt16((ushort)data.Length);
            writer.TryWriteBytes(data);
        }

        int bits = Header.ResponseFlag
            | (flags.Contains("aa", StringComparison.Ordinal) ? Header.AuthoritativeFlag : 0)
            | (flags.Contains("tc", StringComparison.Ordinal) ? Header.TruncatedFlag : 0)
            | (flags.Contains("ra", StringComparison.Ordinal) ? Header.RecursionAvailableFlag : 0);
        byte[] reply = writer.Written.ToArray();
        new Header
        {
            Id = query.Header.Id,
            Flags = Header.FlagsOf(Opcode.Query, rcode, (ushort)bits),
            QuestionCount = 1,
            AnswerCount = (ushort)counts[0],
            AuthorityCount = (ushort)counts[1],
            AdditionalCount = (ushort)counts[2],
        }.TryWrite(reply);
        return reply;
    }
}
