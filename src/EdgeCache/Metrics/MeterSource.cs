using System.Diagnostics.Metrics;

namespace EdgeCache.Metrics;

/// <summary>Makes meters for nodes that have no service container, and keeps them for the life of the process. Thread-safe.</summary>
internal sealed class MeterSource : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly Lock _lock = new();

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        lock (_lock)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _meters.ForEach(static m => m.Dispose());
            _meters.Clear();
        }
    }
}
