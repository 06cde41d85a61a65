using System.Security.Cryptography;
using System.Text;
using EdgeCache.Configuration;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Hosting;

/// <summary>
/// The keys that sign session tokens: from a secret file (its first line signs, the second is still accepted) or the environment, the same on all nodes; else the nodes of one
/// store share keys that they keep there and rotate daily. An edge on its own has a random one that dies with the process.
/// </summary>
internal sealed class SessionKeys : IAsyncDisposable
{
    /// <summary>Holds the secret, at least <see cref="TokenKey.MinSecretLength"/> bytes.</summary>
    public const string Variable = "EDGECACHE_SESSION_KEY";

    private const int MaxSecrets = 2;
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _keeping;

    private SessionKeys(SessionTokens tokens, KeyKeeper? keeper)
    {
        Tokens = tokens;
        _keeping = keeper?.RunAsync(_stop.Token) ?? Task.CompletedTask;
    }

    /// <summary>Signs and reads with the keys in force.</summary>
    public SessionTokens Tokens { get; }

    public static async Task<SessionKeys> OpenAsync(StoreOptions options, IZoneStore store, TimeProvider time)
    {
        var given = Given(options.SessionKeyFile);
        if (given.Count > 0)
        {
            return new SessionKeys(new SessionTokens(given, time), null);
        }

        var tokens = new SessionTokens([new TokenKey(0, RandomNumberGenerator.GetBytes(32))], time);
        if (options.Redis is null && options.Data is null)
        {
            return new SessionKeys(tokens, null);
        }

        var keeper = new KeyKeeper(store, tokens, time);
        using var limit = new CancellationTokenSource(FirstLook, time);
        try
        {
            await keeper.RefreshAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The store is down; the keeper goes on looking, and until then the random key signs.
        }

        return new SessionKeys(tokens, keeper);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static List<TokenKey> Given(string? file)
    {
        var secrets = file is not null ? File.ReadLines(file).Select(l => l.Trim()).Where(l => l.Length > 0).Take(MaxSecrets).ToList()
            : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? [text]
            : [];
        var source = file ?? Variable;
        return secrets.Exists(s => Encoding.UTF8.GetByteCount(s) < TokenKey.MinSecretLength) || (file is not null && secrets.Count == 0)
            ? throw new StartUpException($"{source}: a session key is too short: at least {TokenKey.MinSecretLength} bytes")
            : [.. secrets.Select(Encoding.UTF8.GetBytes).Select(s => new TokenKey(SHA256.HashData(s)[0], s))];
    }
}
