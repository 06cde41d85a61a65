using System.Net;
using Microsoft.AspNetCore.Connections;

namespace EdgeCache.Http.Proxy;

/// <summary>An endpoint that nobody can connect to: it exists for its pipeline (<see cref="PrefaceListener"/>).</summary>
internal sealed class LentEndPoint(IPEndPoint beside) : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => $"{beside} (h2c)";
}

/// <summary>Binds <see cref="LentEndPoint"/>s and never accepts.</summary>
internal sealed class LentTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is LentEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new Listener(endpoint));

    private sealed class Listener(EndPoint endPoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_ended.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _ended.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
    }
}
