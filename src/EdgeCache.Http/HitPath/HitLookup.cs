using System.Runtime.CompilerServices;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.HitPath;

/// <summary>Finds the stored response for a GET that asks for nothing special: fresh, above all floors, on a healthy plane. No allocation. Thread-safe.</summary>
internal sealed class HitLookup(EdgeNode node)
{
    /// <summary>Longest key looked up here.</summary>
    private const int KeyBytes = 1024;

    /// <summary>The lease is the caller's to dispose when the result is true.</summary>
    [SkipLocalsInit]
    public bool TryFind<T>(in RequestTarget target, bool https, ZoneState zone, scoped in T fields, out EntryLease lease, out long now)
        where T : IFieldSource, allows ref struct
    {
        lease = default;
        var timestamp = node.Time.GetTimestamp();
        now = node.Time.Milliseconds(timestamp);
        var rule = node.Routes.Table.Find("GET", https, in target, in fields);
        Span<byte> key = stackalloc byte[KeyBytes];
        if (rule.Bypass || !CacheKey.TryWrite(in target, https, "GET", rule.Key, in fields, key, out var length))
        {
            return false;
        }

        var match = new VariantMatch<T>(fields, node.Names);
        if (node.Store.Find(key[..length], now, in match, out lease) != FindOutcome.Found)
        {
            return false;
        }

        if (!lease.IsPassMark)
        {
            var facts = new PlaneFacts(lease.Verdict(zone), node.Follower.HealthOf(zone, timestamp));
            if (Reuse.IsPlainHit(in lease.Facts<StoredFacts>(), now, in facts))
            {
                return true;
            }
        }

        lease.Dispose();
        lease = default;
        return false;
    }
}
