using System.Collections.Concurrent;
using System.Net;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>All servers remembered: their times, their faults, and the zones they are lame for. Bounded: the longest unused go. Thread-safe.</summary>
internal sealed class ServerBook
{
    private readonly ConcurrentDictionary<IPEndPoint, ServerState> _servers = new();
    private readonly ConcurrentDictionary<(IPEndPoint Server, DomainName Zone), long> _lame = new();
    private readonly CacheClock _clock;

    public ServerBook(CacheClock clock) => _clock = clock;

    public long Now => _clock.Now;

    public ServerState Of(IPEndPoint server)
    {
        if (_servers.TryGetValue(server, out ServerState? known))
        {
            known.LastUsed = Now;
            return known;
        }

        if (_servers.Count >= ResolverLimits.MaxServersRemembered)
        {
            foreach (IPEndPoint old in _servers.OrderBy(static s => s.Value.LastUsed).Take(ResolverLimits.MaxServersRemembered / 10).Select(static s => s.Key).ToArray())
            {
                _servers.TryRemove(old, out _);
            }
        }

        return _servers.GetOrAdd(server, new ServerState { LastUsed = Now });
    }

    public bool IsLame(IPEndPoint server, DomainName zone)
    {
        if (!_lame.TryGetValue((server, zone), out long until))
        {
            return false;
        }

        if (until > Now)
        {
            return true;
        }

        _lame.TryRemove((server, zone), out _);
        return false;
    }

    public void MarkLame(IPEndPoint server, DomainName zone)
    {
        if (_lame.Count >= ResolverLimits.MaxServersRemembered)
        {
            _lame.Clear();
        }

        _lame[(server, zone)] = Now + ResolverLimits.LameFor;
    }
}
