using System.Buffers;
using System.IO.Pipelines;

namespace EdgeCache.Http.Interim;

/// <summary>
/// Takes interim responses to the client whose request is under way, past the server, which has no way to send them. Only before the final response: <see cref="CloseAsync"/>
/// comes first. Never waits for the client. Thread-safe.
/// </summary>
internal sealed class InterimRelay(PipeWriter output)
{
    [ThreadStatic]
    private static InterimRelay? _writing;

    private readonly Lock _gate = new();
    private Task _flushing = Task.CompletedTask;
    private bool _isClosed;

    /// <summary>
    /// Called for each field of a request that is put on a connection; the connection takes what was said last by <see cref="TakeWriting"/>, on the same thread, when the head goes out.
    /// </summary>
    public static void SetWriting(InterimRelay? relay) => _writing = relay;

    /// <summary>The way for interim answers to the head that this thread has just put together; null when it was another write. Should one fail in between, its relay is closed.</summary>
    public static InterimRelay? TakeWriting()
    {
        var relay = _writing;
        _writing = null;
        return relay;
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
