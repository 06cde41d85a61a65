using System.Security.Cryptography;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Sessions;

/// <summary>
/// Keeps the keys of all nodes on one store equal: whoever finds none, or finds it time for a new one, makes it; the others take it over. While the store cannot be reached
/// the last known keys stay.
/// </summary>
public sealed class KeyKeeper
{
    /// <summary>Between two looks; well below <see cref="KeyRotation.Settling"/>.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private const int SecretLength = 32;
    private readonly IZoneStore _store;
    private readonly SessionTokens _tokens;
    private readonly TimeProvider _time;

    /// <summary>A keeper of the keys of <paramref name="tokens"/>.</summary>
    public KeyKeeper(IZoneStore store, SessionTokens tokens, TimeProvider time)
    {
        _store = store;
        _tokens = tokens;
        _time = time;
    }

    /// <summary>Looks again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var isDone = await RefreshAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(isDone ? Look : Retry, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Looks once; false when the store did not answer or another node was faster.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            var text = await _store.ReadValueAsync(StoredValues.Keys, cancellation).AsTask().ResultWithin(Limit, _time, cancellation).ConfigureAwait(false);
            var keys = KeyRotation.Read(text);
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            if (KeyRotation.IsDue(keys, now))
            {
                keys = KeyRotation.With(keys, RandomNumberGenerator.GetBytes(SecretLength), now);
                var replaced = _store.ReplaceValueAsync(StoredValues.Keys, text, KeyRotation.Write(keys), cancellation).AsTask();
                if (!await replaced.ResultWithin(Limit, _time, cancellation).ConfigureAwait(false))
                {
                    return false;
                }
            }

            _tokens.Use(KeyRotation.InForce(keys, now));
            return true;
        }
        catch (Exception fault) when (fault is StoreException or TimeoutException)
        {
            return false;
        }
    }
}
