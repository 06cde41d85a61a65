using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Checking;
using EdgeCache.Load.Keys;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>Drives readers and writers of one scenario against targets. Owns neither targets nor origin.</summary>
public sealed class Run
{
    private readonly Scenario _scenario;
    private readonly IReadOnlyList<IReadTarget> _targets;
    private readonly VersionLedger _ledger;
    private readonly Func<int, long, CancellationToken, Task<PublishOutcome>> _publish;
    private readonly IKeyChooser _keys;
    private readonly SessionPool _sessions;
    private readonly ConcurrentBag<SessionWrite> _writes = [];
    private long _writeErrors;

    /// <summary>
    /// Makes a run. <paramref name="publish"/> tells the target of a version that has become readable (a purge or a publish);
    /// the write is acknowledged when it returns without an error. Each write belongs to a session, which takes over the token.
    /// </summary>
    public Run(Scenario scenario, IReadOnlyList<IReadTarget> targets, VersionLedger ledger, Func<int, long, CancellationToken, Task<PublishOutcome>> publish)
    {
        _scenario = scenario;
        _targets = targets;
        _ledger = ledger;
        _publish = publish;
        _sessions = new SessionPool(scenario.Reads.Sessions);
        _keys = scenario.Keys.Distribution == KeyDistribution.Zipf
            ? new ZipfKeys(scenario.Keys.Count, scenario.Keys.Exponent)
            : new UniformKeys(scenario.Keys.Count);
    }

    /// <summary>The keys as chosen, for the prediction.</summary>
    public IKeyChooser Keys => _keys;

    /// <summary>Writes that were not acknowledged.</summary>
    public long WriteErrors => Interlocked.Read(ref _writeErrors);

    /// <summary>Acknowledged writes with the session that made them.</summary>
    public IReadOnlyCollection<SessionWrite> Writes => [.. _writes];

    /// <summary>What was read; filled while it runs, so that an interrupted run can be reported.</summary>
    public Recorder Recorder { get; } = new();

    /// <summary>Ticks at which the measured part began.</summary>
    public long StartedAt { get; private set; }

    /// <summary>Reads and writes dropped because too many were in flight.</summary>
    public long Dropped { get; private set; }

    /// <summary>Runs warm-up and measured part. Cancellation ends it early; what was measured stays.</summary>
    public async Task GoAsync(CancellationToken cancellation)
    {
        var warm = TimeSpan.FromSeconds(_scenario.WarmUpSeconds);
        var length = warm + TimeSpan.FromSeconds(_scenario.Seconds);
        var begin = Stopwatch.GetTimestamp();
        StartedAt = begin + (long)(warm.TotalSeconds * Stopwatch.Frequency);
        var random = new Random(_scenario.Seed);
        var choices = new Random(_scenario.Seed + 1);
        var profile = new RateProfile([new RateSegment(length, _scenario.Reads.Rate, _scenario.Reads.RateAtEnd ?? _scenario.Reads.Rate)]);
        var reads = OpenLoop.RunAsync(
            ArrivalProcess.Due(profile, _scenario.Reads.Arrivals, random), begin, Reader(choices), cancellation);
        var writes = OpenLoop.RunAsync(
            ArrivalProcess.Due(RateProfile.Constant(_scenario.Writes.Rate, length), _scenario.Writes.Arrivals, new Random(_scenario.Seed + 2)),
            begin, Writer(new Random(_scenario.Seed + 3), cancellation), cancellation);
        Dropped = (await Task.WhenAll(reads, writes)).Sum();
    }

    // Choices are made under a lock: the dispatcher fires on pool threads.
    private Func<long, Task> Reader(Random random) => async due =>
    {
        int key, node, session;
        string? token;
        lock (random)
        {
            key = _keys.Pick(random);
            node = random.Next(_targets.Count);
            session = _sessions.Take(random, out token);
        }

        var sent = Stopwatch.GetTimestamp();
        var answer = await _targets[node].ReadAsync(key, sent, token, CancellationToken.None);
        var done = Stopwatch.GetTimestamp();
        _sessions.Return(session, answer.Session);

        if (sent >= StartedAt)
        {
            Recorder.Add(new ReadSample(key, node, session, due, sent, done, answer.Version, answer.ServedBy, answer.Error));
        }
    };

    private Func<long, Task> Writer(Random random, CancellationToken cancellation)
    {
        var gates = new SemaphoreSlim[_scenario.Keys.Count];
        for (var i = 0; i < gates.Length; i++)
        {
            gates[i] = new SemaphoreSlim(1);
        }

        return async _ =>
        {
            int key;
            lock (random)
            {
                key = _scenario.Writes.LikeReads ? _keys.Pick(random) : random.Next(_scenario.Keys.Count);
            }

            // One writer a key: versions are acknowledged in order.
            await gates[key].WaitAsync(CancellationToken.None);
            try
            {
                await WriteOnceAsync(key, random, cancellation);
            }
            finally
            {
                gates[key].Release();
            }
        };
    }

    private async Task WriteOnceAsync(int key, Random random, CancellationToken cancellation)
    {
        int session;
        lock (random)
        {
            session = _sessions.Take(random, out _);
        }

        var version = _ledger.Write(key, Stopwatch.GetTimestamp());
        var outcome = await _publish(key, version, cancellation);
        if (outcome.Error is null)
        {
            var acknowledged = Stopwatch.GetTimestamp();
            _ledger.Acknowledge(key, version, acknowledged);
            _writes.Add(new SessionWrite(session, key, version, acknowledged));
        }
        else
        {
            Interlocked.Increment(ref _writeErrors);
        }

        _sessions.Return(session, outcome.Session);
    }
}
