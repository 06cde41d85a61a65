using System.Diagnostics.Metrics;

namespace EdgeCache.Metrics;

/// <summary>
/// Gathers what the libraries measure (<see cref="System.Diagnostics.Metrics"/>) for the Prometheus page. Tag sets are closed by convention; should one not
/// be, the collector stops at <see cref="MaxSeries"/> and says how much it left out. Thread-safe.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>Most series kept.</summary>
    public const int MaxSeries = 5_000;

    /// <summary>Two measurements for each HTTP/2 stream, which together are most often nothing, and cost a third of what a hit does.</summary>
    private const string PerStream = "kestrel.queued_requests";

    private readonly Dictionary<(string Name, string Labels), Series> _series = [];
    private readonly Lock _lock = new();
    private readonly MeterListener _listener;
    private long _left;

    public MetricsCollector()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name != PerStream
                    && (instrument.Meter.Name.StartsWith("EdgeCache", StringComparison.Ordinal) || instrument.Meter.Name is "System.Runtime" or "Microsoft.AspNetCore.Server.Kestrel"))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The page as of now.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            var own = new Series { Name = "edgecache_metrics_left_out_total", Description = "Measurements without a place: too many series", Labels = "", Kind = SeriesKind.Counter };
            own.Set(_left);
            return PrometheusText.Write(_series.Values.Append(own));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var kind = KindOf(instrument);
        var name = PrometheusText.Name(instrument.Name, instrument.Unit, kind);
        var labels = PrometheusText.Labels(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue((name, labels), out var series))
            {
                if (_series.Count >= MaxSeries)
                {
                    _left++;
                    return;
                }

                series = new Series { Name = name, Description = instrument.Description ?? "", Labels = labels, Kind = kind };
                _series.Add((name, labels), series);
            }

            // An observable counter reports its total; others report what was added.
            if (instrument.IsObservable || IsAbsolute(instrument))
            {
                series.Set(value);
            }
            else
            {
                series.Add(value);
            }
        }
    }

    private static SeriesKind KindOf(Instrument instrument) => instrument.GetType().Name switch
    {
        "Counter`1" or "ObservableCounter`1" => SeriesKind.Counter,
        "Histogram`1" => SeriesKind.Histogram,
        _ => SeriesKind.Gauge,
    };

    private static bool IsAbsolute(Instrument instrument) => instrument.GetType().Name == "Gauge`1";
}
