using System.Diagnostics;
using HdrHistogram;

namespace EdgeCache.Load.Measuring;

/// <summary>Adds judged reads up. One thread.</summary>
internal sealed class MeasurementBuilder(long startedAt)
{
    private readonly LongHistogram _latency = Recorder.NewHistogram();
    private readonly LongHistogram _lag = Recorder.NewHistogram();
    private readonly LongHistogram _stale = Recorder.NewHistogram();
    private readonly LongHistogram _behind = new(1_000_000_000, 3);
    private readonly Dictionary<string, long> _errors = [];
    private readonly SortedDictionary<int, SecondOfRun> _seconds = [];
    private readonly Dictionary<(int Key, int Node, long Version), Offender> _offenders = [];
    private readonly Dictionary<int, KeyCount> _keys = [];
    private long _answers, _fresh, _undecided, _staleCount, _staleHits, _violations, _unknown, _hits;

    public void Add(ReadSample read, Verdict verdict, double allowed)
    {
        _lag.RecordValue(Positive(read.SentAt - read.DueAt));
        var second = (int)((read.SentAt - startedAt) / Stopwatch.Frequency);
        var row = _seconds.GetValueOrDefault(second, new SecondOfRun(second, 0, 0, 0, 0));
        if (read.Error is not null)
        {
            _errors[read.Error] = _errors.GetValueOrDefault(read.Error) + 1;
            _seconds[second] = row with { Errors = row.Errors + 1 };
            return;
        }

        _answers++;
        _hits += read.ServedBy == ServedBy.Cache ? 1 : 0;
        _latency.RecordValue(Positive(read.DoneAt - read.DueAt));
        var worst = row.WorstStaleMilliseconds;
        switch (verdict.Freshness)
        {
            case Freshness.Fresh: _fresh++; break;
            case Freshness.Undecided: _undecided++; break;
            case Freshness.Unknown: _unknown++; break;
            default:
                worst = Math.Max(worst, AddStale(read, verdict, allowed));
                break;
        }

        if (verdict.Freshness is Freshness.Fresh or Freshness.Stale)
        {
            var key = _keys.GetValueOrDefault(read.Key, new KeyCount(read.Key, 0, 0));
            _keys[read.Key] = key with { Decided = key.Decided + 1, Stale = key.Stale + (verdict.Freshness == Freshness.Stale ? 1 : 0) };
        }

        _seconds[second] = row with
        {
            Answers = row.Answers + 1,
            Stale = row.Stale + (verdict.Freshness == Freshness.Stale ? 1 : 0),
            WorstStaleMilliseconds = worst,
        };
    }

    public Measurement Build() => new()
    {
        Answers = _answers,
        Errors = _errors,
        Fresh = _fresh,
        Undecided = _undecided,
        Stale = _staleCount,
        StaleHits = _staleHits,
        Violations = _violations,
        Unknown = _unknown,
        Hits = _hits,
        StaleMilliseconds = Summarise(_stale, Milliseconds(1)),
        StaleVersions = Summarise(_behind, 1),
        LatencyMilliseconds = Summarise(_latency, Milliseconds(1)),
        SchedulingLagMilliseconds = Summarise(_lag, Milliseconds(1)),
        Seconds = [.. _seconds.Values],
        Keys = [.. _keys.Values.OrderByDescending(k => k.Decided).Take(Recorder.KeysKept)],
        Offenders = [.. _offenders.Values.OrderByDescending(o => o.StaleMilliseconds).Take(Recorder.OffendersKept)],
    };

    private double AddStale(ReadSample read, Verdict verdict, double allowed)
    {
        var milliseconds = Milliseconds(verdict.StaleTicks);
        _staleCount++;
        _staleHits += read.ServedBy == ServedBy.Cache ? 1 : 0;
        _violations += milliseconds > allowed ? 1 : 0;
        _stale.RecordValue(Positive(verdict.StaleTicks));
        _behind.RecordValue(Positive(verdict.VersionsBehind));
        var at = (double)(read.SentAt - startedAt) / Stopwatch.Frequency;
        var place = (read.Key, read.Node, read.Version);
        if (!_offenders.TryGetValue(place, out var worst) || worst.StaleMilliseconds < milliseconds)
        {
            _offenders[place] = new Offender(read.Key, read.Node, at, read.Version, verdict.VersionsBehind, milliseconds);
        }

        return milliseconds;
    }

    private static double Milliseconds(double ticks) => ticks * 1000 / Stopwatch.Frequency;

    private static long Positive(long value) => Math.Clamp(value, 1, Stopwatch.Frequency * 3599);

    private static Quantiles Summarise(LongHistogram histogram, double scale)
    {
        if (histogram.TotalCount == 0)
        {
            return new Quantiles(0, 0, 0, 0, 0, 0);
        }

        double At(double percent) => histogram.GetValueAtPercentile(percent) * scale;
        return new Quantiles(At(50), At(90), At(99), At(99.9), At(100), histogram.TotalCount);
    }
}
