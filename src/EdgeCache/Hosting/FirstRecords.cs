using System.Text;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Hosting;

/// <summary>The DNS records of the demonstration: a root that delegates <c>test.</c>, which delegates <c>shop.test.</c>, each on its own loopback address.</summary>
internal static class FirstRecords
{
    private static readonly (string Zone, string Name, string Type, int Ttl, string Value)[] _all =
    [
        (".", "@", "NS", 3600, "ns.root-servers.test."),
        (".", "test", "NS", 3600, "ns.test."),
        (".", "ns.test", "A", 3600, "127.0.0.12"),
        ("test", "@", "NS", 3600, "ns.test."),
        ("test", "ns", "A", 3600, "127.0.0.12"),
        ("test", "ns.root-servers", "A", 3600, "127.0.0.11"),
        ("test", "shop", "NS", 3600, "ns.shop.test."),
        ("test", "ns.shop", "A", 3600, "127.0.0.13"),
        ("shop.test", "@", "NS", 3600, "ns.shop.test."),
        ("shop.test", "ns", "A", 3600, "127.0.0.13"),
    ];

    /// <summary>Publishes what a zone of the demonstration has not got yet.</summary>
    public static async Task EnsureAsync(NodeContext context, CancellationToken cancellation)
    {
        foreach (var zone in _all.GroupBy(r => r.Zone))
        {
            var name = ZoneName.Parse(zone.Key);
            var there = (await context.Store.ListAsync(name, null, 100, cancellation).ConfigureAwait(false)).Select(r => r.Key).ToHashSet();
            var missing = zone.Select(r => new RecordPublish { Key = new RecordKey(r.Name, r.Type), Ttl = r.Ttl, Value = Encoding.ASCII.GetBytes(r.Value) }).Where(r => !there.Contains(r.Key)).ToList();
            if (missing.Count > 0)
            {
                await context.Publisher.BatchAsync(name, new WriteBatch { Publishes = missing }, default, cancellation).ConfigureAwait(false);
            }
        }
    }
}
