using System.Globalization;

namespace EdgeCache.Nodes;

/// <summary>The real clock, ahead by the seconds that a file holds: lets a test see answers age. Timers are the real ones. Thread-safe.</summary>
internal sealed class TestClock : TimeProvider, IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _ahead;

    public TestClock(string file, TimeProvider time)
    {
        _file = file;
        _time = time;
        Read();
        _timer = time.CreateTimer(_ => Read(), null, _interval, _interval);
    }

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    public override long GetTimestamp() => _time.GetTimestamp() + (Volatile.Read(ref _ahead) * _time.TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow().AddSeconds(Volatile.Read(ref _ahead));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _time.CreateTimer(callback, state, dueTime, period);

    public void Dispose() => _timer.Dispose();

    /// <summary>A file that is being written or is not there changes nothing; the clock never goes back.</summary>
    private void Read()
    {
        try
        {
            if (long.TryParse(File.ReadAllText(_file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var ahead) && ahead is > 0 and < int.MaxValue)
            {
                Volatile.Write(ref _ahead, Math.Max(ahead, Volatile.Read(ref _ahead)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Next second.
        }
    }
}
