using System.Net;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>The reply of a zone's servers, or why there is none. <see cref="IsBehind"/>: its authority had not applied what this node has.</summary>
internal sealed record ZoneReply(JudgedReply? Reply, ExtendedError Fault, bool IsBehind = false, IPEndPoint? Server = null);

/// <summary>Looks up the addresses of a server's name for the question under way; empty when they cannot be had.</summary>
internal delegate ValueTask<IReadOnlyList<IPAddress>> FindAddresses(DomainName server, CancellationToken cancellation);

/// <summary>
/// Asks the servers of one zone until one answers: all that are known once, before any is asked again; then those whose names must be looked up first.
/// Thread-safe.
/// </summary>
internal sealed class ZoneAsker
{
    private readonly ProvenExchange _exchange;
    private readonly ServerBook _book;
    private readonly CacheReader _reader;
    private readonly CacheWriter _writer;
    private readonly AddressPolicy _policy;
    private readonly Random _random;
    private readonly int _port;

    public ZoneAsker(ServerExchange exchange, ServerBook book, CacheReader reader, CacheWriter writer, AddressPolicy policy, Random random, int port)
    {
        _exchange = new ProvenExchange(exchange);
        _book = book;
        _reader = reader;
        _writer = writer;
        _policy = policy;
        _random = random;
        _port = port;
    }

    public AddressPolicy Policy => _policy;

    /// <param name="cut">The zone and its servers.</param>
    /// <param name="asked">What to ask, which may be less than what is wanted.</param>
    /// <param name="isMinimised">The question shows only a part of the name: bad answers say nothing about the server.</param>
    /// <param name="find">Looks up server names.</param>
    /// <param name="budget">Of the client's question.</param>
    /// <param name="cancellation">Stops.</param>
    public async ValueTask<ZoneReply> AskAsync(Delegation cut, Asked asked, bool isMinimised, FindAddresses find, WorkBudget budget, CancellationToken cancellation)
    {
        var candidates = new Candidates(_book, _random, cut.Zone, isMinimised);
        DomainName[] names = AddKnown(cut, candidates);
        Queue<DomainName>? unknown = names.Length == 0 ? null : new Queue<DomainName>(names);
        bool recursive = cut.Forwarders is not null;
        JudgedReply? fallback = null;
        var fault = ExtendedError.NoReachableAuthority;
        while (true)
        {
            if (candidates.Next(out AskManner manner) is not { } server)
            {
                if (unknown is not null && await AddUnknownAsync(unknown, candidates, find, budget, cancellation).ConfigureAwait(false))
                {
                    continue;
                }

                return fallback is null ? new ZoneReply(null, fault) : new ZoneReply(fallback, default);
            }

            // What is forwarded has nobody else to go to.
            if (!recursive && _book.Of(server).IsBusy(_book.Now))
            {
                candidates.Drop(server);
                continue;
            }

            FillPosition position = _writer.Position(asked.Name);
            var ask = new ServerAsk(cut.Zone, asked, recursive, WantsVersion: position.WantsVersion);
            ExchangeResult result = await _exchange.AskAsync(server, ask, position, manner, budget, cancellation).ConfigureAwait(false);
            if (result.End == ExchangeEnd.OutOfBudget)
            {
                return new ZoneReply(fallback, fault);
            }

            if (result.Reply is not { } judged)
            {
                if (result.End == ExchangeEnd.Unreachable)
                {
                    candidates.Drop(server);
                }

                continue;
            }

            candidates.Drop(server);
            JudgedReply reply = _writer.Bound(judged, cut, result.SentAt);
            if (IsUseful(reply))
            {
                if (!reply.IsSecondHand)
                {
                    bool isBehind = IsTrusted(reply, isMinimised) && !_writer.Keep(ask, reply, position, result.SentAt);
                    return new ZoneReply(reply, default, isBehind, server);
                }

                fallback ??= reply;
                continue;
            }

            fault = ExtendedError.NetworkError;
            if (reply.Kind == ReplyKind.Lame && !isMinimised)
            {
                _book.MarkLame(server, cut.Zone);
            }
        }
    }

    private static bool IsUseful(JudgedReply reply) => reply.Kind is
        ReplyKind.Answer or ReplyKind.Alias or ReplyKind.Referral or ReplyKind.NoData or ReplyKind.NoName or ReplyKind.NameTooLong;

    /// <summary>RFC 9156 §2.3, relaxed: what a server says to a part of a name is believed only when it helps.</summary>
    private static bool IsTrusted(JudgedReply reply, bool isMinimised) => !isMinimised || reply.Kind is ReplyKind.Referral or ReplyKind.NoData or ReplyKind.Answer;

    /// <summary>Adds all addresses that are known and returns the server names without any.</summary>
    private DomainName[] AddKnown(Delegation cut, Candidates candidates)
    {
        foreach (IPEndPoint forwarder in cut.Forwarders ?? [])
        {
            candidates.Add(forwarder);
        }

        List<DomainName>? unknown = null;
        List<DomainName>? glued = null;
        foreach (ServerHost host in cut.Hosts)
        {
            int count = 0;
            bool isInZone = host.Name.IsWithin(cut.Zone);
            AddAll(host.Glue, candidates, ref count);

            // What the zone says of its own servers must not outlive what its parent says: it would hold on to a delegation that has moved.
            if (count == 0 || !isInZone)
            {
                AddCached(host.Name, RecordType.A, candidates, ref count);
                if (_policy.UsesIPv6)
                {
                    AddCached(host.Name, RecordType.AAAA, candidates, ref count);
                }
            }

            // Names in the zone itself are known only to the servers that are in question.
            if (!isInZone)
            {
                (count > 0 ? glued ??= [] : unknown ??= []).Add(host.Name);
            }
        }

        if (cut.IsFixed || (unknown is null && glued is null))
        {
            return [];
        }

        // Names that came with glue are looked up last: their glue may be wrong.
        DomainName[] first = [.. unknown ?? []];
        _random.Shuffle(first);
        return [.. first, .. glued ?? []];
    }

    private void AddCached(DomainName host, RecordType type, Candidates candidates, ref int count)
    {
        if (_reader.FindSet(host, type) is { } set)
        {
            AddAll(AddressesOf(set), candidates, ref count);
        }
    }

    private void AddAll(IReadOnlyList<IPAddress> addresses, Candidates candidates, ref int count)
    {
        for (int i = 0; i < addresses.Count && count < ResolverLimits.MaxAddressesPerServer; i++)
        {
            if (_policy.Allows(addresses[i]))
            {
                candidates.Add(new IPEndPoint(addresses[i], _port));
                count++;
            }
        }
    }

    public static List<IPAddress> AddressesOf(RecordSet set)
    {
        var addresses = new List<IPAddress>();
        foreach (ReadOnlySpan<byte> data in set)
        {
            addresses.Add(new IPAddress(data));
        }

        return addresses;
    }

    /// <summary>Looks up server names until one brings an address not tried yet; false when none does.</summary>
    private async ValueTask<bool> AddUnknownAsync(
        Queue<DomainName> unknown, Candidates candidates, FindAddresses find, WorkBudget budget, CancellationToken cancellation)
    {
        while (unknown.TryDequeue(out DomainName name))
        {
            if (!budget.TryServerName())
            {
                return false;
            }

            IReadOnlyList<IPAddress> found = await find(name, cancellation).ConfigureAwait(false);
            bool any = false;
            foreach (IPAddress address in found.Where(_policy.Allows).Take(ResolverLimits.MaxAddressesPerServer))
            {
                any |= candidates.Add(new IPEndPoint(address, _port));
            }

            if (any)
            {
                return true;
            }
        }

        return false;
    }
}
