using System.Net;
using EdgeCache.Http.HitPath;

namespace EdgeCache.Http.MissPath;

/// <summary>The client's side of a connection, as the miss path uses it. One user at a time.</summary>
internal sealed class MissClient(SocketOutput output, ConnectionWatch watch, IPAddress? address, CancellationToken gone)
{
    /// <summary>Bytes after which what is written goes out.</summary>
    private const int Full = 64 * 1024;

    /// <summary>Where answers are written.</summary>
    public SocketOutput Output => output;

    /// <summary>Cancelled when the client has left, or sends no more.</summary>
    public CancellationToken Gone => gone;

    /// <summary>Its address; null when there is none.</summary>
    public IPAddress? Address => address;

    /// <summary>Its address as text, for the upstream.</summary>
    public string? AddressText { get; } = address?.ToString();

    /// <summary>Status of the present answer; 0 while it has no head.</summary>
    public int Status { get; private set; }

    /// <summary>This node's member of its Cache-Status.</summary>
    public string CacheStatus { get; private set; } = "";

    /// <summary>Bytes of its body that were written.</summary>
    public long BodyBytes { get; set; }

    /// <summary>True once bytes of the present answer may have gone out.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>A request begins.</summary>
    public void Begin() => Begin(0, "");

    /// <summary>An answer's head is written.</summary>
    public void Begin(int status, string cacheStatus)
    {
        HasBegun = false;
        (Status, CacheStatus, BodyBytes) = (status, cacheStatus, 0);
    }

    /// <summary>Sends when much is written.</summary>
    public ValueTask FlushIfFullAsync() => output.UnflushedBytes >= Full ? FlushAsync() : default;

    /// <summary>Sends what is written. A client that is too slow for it loses its connection.</summary>
    public ValueTask FlushAsync()
    {
        HasBegun = true;
        var flushing = output.FlushAsync(CancellationToken.None);
        if (flushing.IsCompletedSuccessfully)
        {
            watch.Enter(ConnectionPhase.Relaying);
            _ = flushing.Result;
            return default;
        }

        return WaitAsync(flushing);
    }

    private async ValueTask WaitAsync(ValueTask<System.IO.Pipelines.FlushResult> flushing)
    {
        watch.Enter(ConnectionPhase.Sending);
        await flushing.ConfigureAwait(false);
        watch.Enter(ConnectionPhase.Relaying);
    }
}
