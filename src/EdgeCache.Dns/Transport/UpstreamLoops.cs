using System.ComponentModel;
using System.Net;

namespace EdgeCache.Dns.Transport;

/// <summary>The loops of one resolver: one per processor up to four, started with the first question. Thread-safe.</summary>
internal sealed class UpstreamLoops : IDisposable
{
    private const int Most = 4;
    private readonly Lock _starting = new();
    private readonly Func<UpstreamLoop> _make;
    private volatile UpstreamLoop[]? _loops;
    private bool _isDisposed;
    private uint _next;

    public UpstreamLoops(TimeProvider time, Random random, UpstreamCounters counters, IPAddress? outgoing) =>
        _make = () => new UpstreamLoop(time, random, counters, outgoing);

    /// <summary>Sends a question over UDP. False where the platform or the number of questions asks for the other way.</summary>
    public bool TryAsk(UpstreamRequest request, CancellationToken cancellation, out ValueTask<UpstreamReply> reply)
    {
        UpstreamLoop[] loops = _loops ?? Start();
        if (loops.Length == 0)
        {
            reply = default;
            return false;
        }

        uint turn = loops.Length == 1 ? 0 : Interlocked.Increment(ref _next) % (uint)loops.Length;
        return loops[turn].TryAsk(request, cancellation, out reply);
    }

    public void Dispose()
    {
        lock (_starting)
        {
            _isDisposed = true;
            foreach (UpstreamLoop loop in _loops ?? [])
            {
                loop.Dispose();
            }

            _loops = [];
        }
    }

    private UpstreamLoop[] Start()
    {
        lock (_starting)
        {
            if (_loops is { } there || _isDisposed)
            {
                return _loops ?? [];
            }

            var loops = new List<UpstreamLoop>();
            try
            {
                for (int i = 0; LinuxSockets.IsSupported && i < Math.Clamp(Environment.ProcessorCount, 1, Most); i++)
                {
                    loops.Add(_make());
                }
            }
            catch (Win32Exception)
            {
                // No descriptors left for one more: those there are will do.
            }

            return _loops = [.. loops];
        }
    }
}
