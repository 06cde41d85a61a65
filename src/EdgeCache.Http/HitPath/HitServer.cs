using EdgeCache.Http.AccessLog;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>The server as it was, with hits answered before the application makes its context.</summary>
internal sealed class HitServer(IServer inner, HitResponder hits, ServerAccess? access) : IServer
{
    /// <inheritdoc/>
    public IFeatureCollection Features => inner.Features;

    /// <inheritdoc/>
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => inner.StartAsync(new HitApplication<TContext>(application, hits, access), cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        access?.Dispose();
        inner.Dispose();
    }
}

/// <summary>What is kept per request in flight; the server keeps it for the next request of the connection.</summary>
internal sealed class HitContext<TContext>
{
    /// <summary>The server's view of the request.</summary>
    public required IFeatureCollection Features { get; set; }

    /// <summary>The connection, when hits are answered on it before the server sees them.</summary>
    public HitConnection? Connection { get; set; }

    /// <summary>The line that the access log will have; null: there is none.</summary>
    public AccessTurn? Access { get; set; }

    /// <summary>The application's context, when it came to that.</summary>
    public TContext? Inner { get; set; }

    /// <summary>True when <see cref="Inner"/> is to be disposed.</summary>
    public bool HasInner { get; set; }
}

/// <summary>Tries the hit path on the thread that read the request; everything else leaves that thread first.</summary>
internal sealed class HitApplication<TContext>(IHttpApplication<TContext> inner, HitResponder hits, ServerAccess? access) : IHttpApplication<HitContext<TContext>>
    where TContext : notnull
{
    /// <inheritdoc/>
    public HitContext<TContext> CreateContext(IFeatureCollection contextFeatures)
    {
        var context = contextFeatures is IHostContextContainer<HitContext<TContext>> container
            ? container.HostContext ??= new HitContext<TContext> { Features = contextFeatures }
            : new HitContext<TContext> { Features = contextFeatures };
        context.Features = contextFeatures;
        context.Connection = contextFeatures.Get<HitConnection>();
        context.Connection?.Begin();
        context.Access = access?.Begin(contextFeatures);
        return context;
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(HitContext<TContext> context) =>
        context.Connection is not { HasMissed: true } && hits.TryRespond(context.Features, out var sent) ? sent : ProcessElsewhereAsync(context);

    /// <inheritdoc/>
    public void DisposeContext(HitContext<TContext> context, Exception? exception)
    {
        context.Connection?.End();
        context.Access?.End(context.Features);
        if (context.HasInner)
        {
            context.HasInner = false;
            inner.DisposeContext(context.Inner!, exception); // HasInner says that it is set.
            context.Inner = default;
        }
    }

    private async Task ProcessElsewhereAsync(HitContext<TContext> context)
    {
        await default(LeaveThread);
        context.Inner = inner.CreateContext(context.Features);
        context.HasInner = true;
        await inner.ProcessRequestAsync(context.Inner).ConfigureAwait(false);
    }
}
