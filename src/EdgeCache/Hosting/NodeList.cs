using EdgeCache.Nodes;

namespace EdgeCache.Hosting;

/// <summary>The nodes that the configuration asks for, in the order they start: the store's keeper first.</summary>
internal static class NodeList
{
    public static IReadOnlyList<INode> Of(NodeContext context)
    {
        var options = context.Options;
        var nodes = new List<INode>();
        if (options.Origin is { } origin)
        {
            nodes.Add(new OriginNode(context, origin));
        }

        if (options.Shop is { } shop)
        {
            nodes.Add(new ShopNode(context, shop));
        }

        nodes.AddRange(options.Edges.Select(edge => new EdgeProxyNode(context, edge)));
        nodes.AddRange(options.Resolvers.Select(resolver => new ResolverNode(context, resolver)));
        return nodes;
    }
}
