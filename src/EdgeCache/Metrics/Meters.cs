using System.Diagnostics.Metrics;

namespace EdgeCache.Metrics;

/// <summary>Makes the meters of libraries that are not built by a container; the <see cref="MetricsCollector"/> hears of them. Thread-safe.</summary>
internal sealed class Meters : IMeterFactory
{
    private readonly Lock _lock = new();
    private readonly List<Meter> _made = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        lock (_lock)
        {
            _made.Add(meter);
        }

        return meter;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _made.ForEach(static m => m.Dispose());
        }
    }
}
