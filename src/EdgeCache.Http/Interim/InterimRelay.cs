using System.Buffers;
using System.IO.Pipelines;

namespace EdgeCache.Http.Interim;

/// <summary>
/// Takes interim responses to the client whose request is under way, past the server, which has no way to send them. Only before the final response: <see cref="CloseAsync"/>
/// comes first. Never waits for the client. Thread-safe.
/// </summary>
internal sealed class InterimRelay(PipeWriter output)
{
    private static readonly AsyncLocal<InterimRelay?> _current = new();
    private readonly Lock _gate = new();
    private Task _flushing = Task.CompletedTask;
    private bool _isClosed;

    /// <summary>The relay of the request that this flow sends upstream.</summary>
    public static InterimRelay? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    /// <summary>Sends one on; what comes while the client does not read is left out.</summary>
    public void Send(ReadOnlySpan<byte> head)
    {
        if (InterimHead.ForClient(head) is not { } bytes)
        {
            return;
        }

        lock (_gate)
        {
            if (!_isClosed && _flushing.IsCompleted)
            {
                output.Write(bytes);
                _flushing = output.FlushAsync().AsTask();
            }
        }
    }

    /// <summary>The final response follows: nothing is written from now on, and what was written is out.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            return _flushing;
        }
    }
}
