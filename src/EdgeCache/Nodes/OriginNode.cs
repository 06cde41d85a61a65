using EdgeCache.Admin;
using EdgeCache.Configuration;
using EdgeCache.Hosting;
using EdgeCache.Zones.Nodes;

namespace EdgeCache.Nodes;

/// <summary>Record store and admin API.</summary>
internal sealed class OriginNode : INode
{
    private readonly AdminHost _admin;

    public OriginNode(NodeContext context, OriginOptions options)
    {
        Name = options.Name;
        _admin = new AdminHost(context, new AdminParts
        {
            Store = context.Store,
            Publisher = context.Publisher,
            Waits = new ChangeWait(context.Store, context.Time),
            Time = context.Time,
            Insight = new NodeInsight(options.Name),
            Options = options.Admin,
            Metrics = context.Metrics,
        });
    }

    public string Name { get; }

    public Task StartAsync(CancellationToken cancellation) => _admin.StartAsync(cancellation);

    public Task StopAsync(CancellationToken hurry) => _admin.StopAsync(hurry);
}
