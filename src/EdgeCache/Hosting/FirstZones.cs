using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Hosting;

/// <summary>Creates the zones that the configuration names and the store has not.</summary>
internal static class FirstZones
{
    public static async Task EnsureAsync(NodeContext context, CancellationToken cancellation)
    {
        if (context.Options.Zones.Count == 0)
        {
            return;
        }

        var directory = await context.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
        foreach (var (name, options) in context.Options.Zones)
        {
            var zone = ZoneName.Parse(name); // Checked when the options were.
            if (directory.Find(zone) is null)
            {
                await context.Store.PutZoneAsync(new ZoneDefinition(zone, options.ToPolicy()), cancellation).ConfigureAwait(false);
            }
        }
    }
}
