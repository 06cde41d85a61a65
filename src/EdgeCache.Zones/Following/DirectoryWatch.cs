namespace EdgeCache.Zones.Following;

/// <summary>Reads the directory at the heartbeat, and soon after a hint for a zone that is not known.</summary>
internal sealed class DirectoryWatch
{
    private readonly FollowerParts _parts;
    private readonly FollowedZones _zones;
    private readonly Action _onChanged;
    private readonly Wakeup _wakeup = new();

    public DirectoryWatch(FollowerParts parts, FollowedZones zones, Action onChanged)
    {
        _parts = parts;
        _zones = zones;
        _onChanged = onChanged;
    }

    public void ReadSoon() => _wakeup.Ring();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                var directory = await _parts.Store.ReadDirectoryAsync(cancellation).AsTask().ResultWithin(_parts.Options.PollTimeout, _parts.Time, cancellation);
                failures = 0;
                _parts.Reach.Reached(this);
                if (_zones.Take(directory))
                {
                    _onChanged();
                }
            }
#pragma warning disable CA1031 // The one catch-all of this loop: without a directory the node goes on with the zones it knows.
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                failures++;
                _parts.Reach.Failed(this, problem);
                await Task.Delay(_parts.Jitter.BackOff(failures, _parts.Options.BackOffFirst, _parts.Options.BackOffLimit), _parts.Time, cancellation);
                continue;
            }

            await _wakeup.SleepAsync(_parts.Jitter.Around(_parts.Options.Heartbeat), _parts.Time, cancellation);
        }
    }
}
