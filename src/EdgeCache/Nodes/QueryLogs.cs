using EdgeCache.Configuration;
using EdgeCache.Dns.QueryLog;
using EdgeCache.Dns.Transport;
using EdgeCache.Hosting;

namespace EdgeCache.Nodes;

/// <summary>Puts a query log before what answers, where one is asked for.</summary>
internal static class QueryLogs
{
    /// <exception cref="StartUpException">The file cannot be written.</exception>
    public static IDnsResponder Before(IDnsResponder responder, NodeContext context, QueryLogOptions? options, string node) =>
        options is null ? responder : new LoggedResponder(responder, context.LogFiles.Open(options.File).Add, node, context.Time);
}
