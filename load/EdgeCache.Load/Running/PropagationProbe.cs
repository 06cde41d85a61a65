using System.Diagnostics;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>
/// Measures, beside a run, how long after its acknowledgement a change is visible on each node: one key of its own is changed again and again and read in short intervals.
/// What a run's own reads show is coarser, since a key is read only now and then; these delays are what a prediction samples from. It is in no figure of the run.
/// </summary>
internal static class PropagationProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hurry = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Goes on until cancelled. Seconds from acknowledgement to visibility, one for each change and node; a change that was not seen within ten seconds counts with those.
    /// </summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(IRunEnvironment environment, int key, CancellationToken cancellation)
    {
        var found = new List<double>();
        while (!cancellation.IsCancellationRequested)
        {
            // The copies must be there, or a change would find nothing to remove.
            await Task.WhenAll(environment.Targets.Select(t => t.ReadAsync(key, Stopwatch.GetTimestamp(), null, cancellation).AsTask()));
            var version = environment.Ledger.Write(key, Stopwatch.GetTimestamp());
            var outcome = await environment.PublishAsync(key, version, null, cancellation);
            var acknowledged = Stopwatch.GetTimestamp();
            if (outcome.Error is null)
            {
                environment.Ledger.Acknowledge(key, version, acknowledged);
                var seen = await Task.WhenAll(environment.Targets.Select(t => SeenAfterAsync(t, key, version, acknowledged, cancellation)));
                found.AddRange(seen.OfType<double>());
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return found;
    }

    private static async Task<double?> SeenAfterAsync(IReadTarget target, int key, long version, long acknowledged, CancellationToken cancellation)
    {
        var lastOld = acknowledged;
        while (!cancellation.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = await target.ReadAsync(key, sent, null, cancellation);
            if (answer.Error is null && answer.Version >= version)
            {
                // It became visible between the last old answer's sending and this one's.
                return lastOld == acknowledged ? 0 : Stopwatch.GetElapsedTime(acknowledged, lastOld + ((sent - lastOld) / 2)).TotalSeconds;
            }

            lastOld = sent;
            var waited = Stopwatch.GetElapsedTime(acknowledged);
            if (waited > GiveUp)
            {
                return waited.TotalSeconds;
            }

            if (waited > Hurry)
            {
                // What takes so long is measured well enough in steps of a tenth.
                await Task.Delay(waited / 10, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return null;
    }
}
