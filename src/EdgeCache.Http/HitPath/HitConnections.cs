using System.Net;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.MissPath;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>Puts the hit path and the miss path before a server's HTTP/1.1 on cleartext connections. Thread-safe.</summary>
internal sealed class HitConnections(HitWriter hits, Misses misses, EdgeNode node)
{
    /// <summary>The server's part of the pipeline with hits before it.</summary>
    public ConnectionDelegate Before(ConnectionDelegate server) => SocketSend.IsSupported ? connection => ServeAsync(connection, server) : server;

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate server)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await server(connection).ConfigureAwait(false);
            return;
        }

        var transport = connection.Transport;
        var output = new SocketOutput(connection, socket, transport.Output);
        var watch = new ConnectionWatch();
        var isHalfClosed = connection.ConnectionClosed.IsCancellationRequested;
        var client = new MissClient(output, watch, (connection.RemoteEndPoint as IPEndPoint)?.Address, isHalfClosed ? CancellationToken.None : connection.ConnectionClosed);
        var access = node.Access is { } journal ? new HitAccess(journal, connection.RemoteEndPoint) : null;
        var lifetime = connection.Features.Get<IConnectionLifetimeNotificationFeature>();
        var hit = new HitConnection(transport.Input, new HitSender(hits, output, watch, access), new MissTaker(misses, client, node.Access), watch, node.Tally, lifetime);
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((HitConnection)state).Beat(), hit);
        connection.Features.Set(hit);
        connection.Transport = hit;
        try
        {
            if (isHalfClosed && await hit.AnswerLastAsync().ConfigureAwait(false))
            {
                return;
            }

            await server(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = transport;
        }
    }
}
