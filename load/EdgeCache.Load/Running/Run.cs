using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Checking;
using EdgeCache.Load.Keys;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>Drives readers and writers of one scenario against an environment, which it does not own.</summary>
public sealed class Run
{
    private readonly Scenario _scenario;
    private readonly IRunEnvironment _environment;
    private readonly IKeyChooser _keys;
    private readonly SessionPool _sessions;
    private readonly SemaphoreSlim[] _writing;
    private readonly ConcurrentBag<SessionWrite> _writes = [];
    private readonly ConcurrentBag<FeedRead> _feedReads = [];
    private readonly ConcurrentDictionary<(int Comment, long Version), long> _posts = new();
    private long _writeErrors;
    private long _written;

    /// <summary>Makes a run. A write is acknowledged when the environment's publish returns without an error; it belongs to a session, which takes over the token.</summary>
    public Run(Scenario scenario, IRunEnvironment environment)
    {
        _scenario = scenario;
        _environment = environment;
        _sessions = new SessionPool(scenario.Reads.Sessions);
        var choices = scenario.Feed ? scenario.Keys.Count / 2 : scenario.Keys.Count;
        _keys = scenario.Keys.Distribution == KeyDistribution.Zipf ? new ZipfKeys(choices, scenario.Keys.Exponent) : new UniformKeys(choices);
        _writing = [.. Enumerable.Range(0, choices).Select(_ => new SemaphoreSlim(1))];
    }

    /// <summary>The keys as chosen, for the prediction.</summary>
    public IKeyChooser Keys => _keys;

    /// <summary>Versions written in warm-up and run.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Writes that were not acknowledged.</summary>
    public long WriteErrors => Interlocked.Read(ref _writeErrors);

    /// <summary>Acknowledged writes with the session that made them.</summary>
    public IReadOnlyCollection<SessionWrite> Writes => [.. _writes];

    /// <summary>Comments read together with their posts.</summary>
    public IReadOnlyCollection<FeedRead> FeedReads => [.. _feedReads];

    /// <summary>Version of the post that was acknowledged before a version of its comment was written.</summary>
    public IReadOnlyDictionary<(int Comment, long Version), long> Posts => _posts;

    /// <summary>What was read; filled while it runs, so that an interrupted run can be reported.</summary>
    public Recorder Recorder { get; } = new();

    /// <summary>Ticks at which the measured part began.</summary>
    public long StartedAt { get; private set; }

    /// <summary>Reads and writes dropped because too many were in flight.</summary>
    public long Dropped { get; private set; }

    /// <summary>Runs warm-up and measured part. Cancellation ends it early; what was measured stays.</summary>
    public async Task GoAsync(CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        StartedAt = begin + (long)(_scenario.WarmUpSeconds * Stopwatch.Frequency);
        var reads = Drive(_scenario.Reads, _scenario.Seed, begin, Reader(new Random(_scenario.Seed + 1), cancellation), cancellation);
        var writes = Drive(_scenario.Writes, _scenario.Seed + 2, begin, Writer(new Random(_scenario.Seed + 3)), cancellation);
        Dropped = (await Task.WhenAll(reads, writes)).Sum();
    }

    private Task<long> Drive(RatePlan plan, int seed, long begin, Func<long, Task> fire, CancellationToken cancellation) =>
        OpenLoop.RunAsync(
            ArrivalProcess.Due(plan.Profile(_scenario.WarmUpSeconds, _scenario.Seconds), plan.Arrivals, new Random(seed)), begin, fire, cancellation);

    // Choices are made under a lock: the dispatcher fires on pool threads.
    private Func<long, Task> Reader(Random random, CancellationToken cancellation) => async due =>
    {
        int key, node, other, session;
        string? token;
        lock (random)
        {
            key = _keys.Pick(random);
            node = random.Next(_environment.Targets.Count);
            other = random.Next(_environment.Targets.Count);
            session = _sessions.Take(random, out token);
        }

        if (_scenario.Feed)
        {
            var comment = await ReadAsync((2 * key) + 1, node, session, due, token, cancellation);
            token = comment.Token ?? token;
            var post = await ReadAsync(2 * key, other, session, Stopwatch.GetTimestamp(), token, cancellation);
            token = post.Token ?? token;
            if (comment.Sample.SentAt >= StartedAt)
            {
                _feedReads.Add(new FeedRead(comment.Sample, post.Sample));
            }
        }
        else
        {
            token = (await ReadAsync(key, node, session, due, token, cancellation)).Token;
        }

        _sessions.Return(session, token);
    };

    private async Task<(ReadSample Sample, string? Token)> ReadAsync(int key, int node, int session, long due, string? token, CancellationToken cancellation)
    {
        var sent = Stopwatch.GetTimestamp();
        var answer = await _environment.Targets[node].ReadAsync(key, sent, token, CancellationToken.None);
        var sample = new ReadSample(key, node, session, due, sent, Stopwatch.GetTimestamp(), answer.Version, answer.ServedBy, answer.Error);

        // What fails because the run is being stopped says nothing about the target.
        if (sent >= StartedAt && !(cancellation.IsCancellationRequested && answer.Error is not null))
        {
            Recorder.Add(sample);
        }

        return (sample, answer.Session);
    }

    private Func<long, Task> Writer(Random random) => async _ =>
    {
        int key, session;
        lock (random)
        {
            key = _scenario.Writes.LikeReads ? _keys.Pick(random) : random.Next(_keys.Count);
        }

        // One writer a key: versions are acknowledged in order.
        await _writing[key].WaitAsync(CancellationToken.None);
        string? token;
        lock (random)
        {
            session = _sessions.Take(random, out token);
        }

        try
        {
            token = _scenario.Feed ? await PostAndCommentAsync(key, session, token) : (await WriteAsync(key, session, token)).Token;
        }
        finally
        {
            _writing[key].Release();
            _sessions.Return(session, token);
        }
    };

    private async Task<string?> PostAndCommentAsync(int pair, int session, string? token)
    {
        var post = await WriteAsync(2 * pair, session, token);
        if (post.Version == 0)
        {
            return post.Token;
        }

        // What the comment's version will be: this is its only writer.
        var comment = _environment.Ledger.Newest((2 * pair) + 1) + 1;
        _posts[((2 * pair) + 1, comment)] = post.Version;
        return (await WriteAsync((2 * pair) + 1, session, post.Token ?? token)).Token;
    }

    private async Task<(long Version, string? Token)> WriteAsync(int key, int session, string? token)
    {
        var version = _environment.Ledger.Write(key, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _written);

        // Also what is written while the run is stopped is seen through: a write cut off would be neither acknowledged nor not.
        var outcome = await _environment.PublishAsync(key, version, token, CancellationToken.None);
        if (outcome.Error is not null)
        {
            Interlocked.Increment(ref _writeErrors);
            return (0, outcome.Session);
        }

        var acknowledged = Stopwatch.GetTimestamp();
        _environment.Ledger.Acknowledge(key, version, acknowledged);
        _writes.Add(new SessionWrite(session, key, version, acknowledged));
        return (version, outcome.Session);
    }
}
