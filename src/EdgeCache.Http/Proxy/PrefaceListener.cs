using System.Net;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Framing;
using EdgeCache.Http.HitPath;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// HTTP/1.1 and HTTP/2 with prior knowledge on one cleartext port (RFC 9113 §3.3). Kestrel builds one pipeline per endpoint and protocol; a second endpoint that
/// nobody can connect to lends its HTTP/2 pipeline to connections that begin with the preface.
/// </summary>
public static class PrefaceListener
{
    /// <summary>How long a connection may take to say which protocol it speaks.</summary>
    private static readonly TimeSpan _firstBytes = TimeSpan.FromSeconds(75);

    /// <summary>RFC 9113 §3.4.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Listens on an endpoint for both. The services need <see cref="EdgeCacheExtensions.AddEdgeCache"/>.</summary>
    public static void ListenEdge(this KestrelServerOptions kestrel, IPEndPoint endPoint)
    {
        ConnectionDelegate? http2 = null;
        kestrel.Listen(new LentEndPoint(endPoint), options =>
        {
            options.Protocols = HttpProtocols.Http2;
            options.Use(next => http2 = next);
        });
        kestrel.Listen(endPoint, options =>
        {
            options.Protocols = HttpProtocols.Http1;
            var hits = options.ApplicationServices.GetRequiredService<HitConnections>();
            var node = options.ApplicationServices.GetRequiredService<EdgeNode>();
            options.Use(next =>
            {
                var http1 = hits.Before(connection => GuardAsync(connection, next, node));
                return connection => ChooseAsync(connection, http1, http2 ?? next, node.Time);
            });
        });
    }

    private static async Task ChooseAsync(ConnectionContext connection, ConnectionDelegate http1, ConnectionDelegate http2, TimeProvider time)
    {
        // The limit on the first bytes ends with them: it must not reach into the reads that follow.
        if (await SpeaksHttp2Async(connection, time).ConfigureAwait(false) is { } isHttp2)
        {
            await (isHttp2 ? http2 : http1)(connection).ConfigureAwait(false);
        }
    }

    /// <summary>Null for a client that left without a word, or has none for too long: nobody needs to hear of it.</summary>
    private static async ValueTask<bool?> SpeaksHttp2Async(ConnectionContext connection, TimeProvider time)
    {
        using var late = new CancellationTokenSource(_firstBytes, time);
        var input = connection.Transport.Input;
        while (true)
        {
            if (await ReadAsync(input, late.Token).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            var buffer = read.Buffer;
            var (decided, isHttp2) = Look(buffer);

            // While undecided everything counts as examined, so that the next read waits for more.
            input.AdvanceTo(buffer.Start, decided || read.IsCompleted ? buffer.Start : buffer.End);
            if (decided || read.IsCompleted)
            {
                return isHttp2;
            }
        }
    }

    private static async ValueTask<System.IO.Pipelines.ReadResult?> ReadAsync(System.IO.Pipelines.PipeReader input, CancellationToken stop)
    {
        try
        {
            return await input.ReadAsync(stop).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>HTTP/1 bytes are read along with: what two recipients could read in two ways does not get to the parser.</summary>
    private static async Task GuardAsync(ConnectionContext connection, ConnectionDelegate http1, EdgeNode node)
    {
        var bare = connection.Transport;
        void Refused(int status, string why)
        {
            node.Tally.CountRefused();
            node.Access?.Unread(connection.RemoteEndPoint, status, why);
        }

        var hits = connection.Features.Get<HitConnection>();
        var guarded = new GuardedTransport(
            bare,
            node.Name,
            problem => Refused(problem.Status(), problem.Text()),
            output => hits is null ? output : new ServerAnswers(output, hits, node.Name, Refused));
        connection.Features.Set(guarded.Guard);
        connection.Transport = guarded;
        try
        {
            await http1(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = bare;
        }
    }

    private static (bool Decided, bool IsHttp2) Look(System.Buffers.ReadOnlySequence<byte> buffer)
    {
        var compared = 0;
        foreach (var segment in buffer)
        {
            var now = Math.Min(segment.Length, Preface.Length - compared);
            if (!segment.Span[..now].SequenceEqual(Preface.Slice(compared, now)))
            {
                return (true, false);
            }

            compared += now;
        }

        return (compared == Preface.Length, compared == Preface.Length);
    }
}
