using System.Security.Cryptography;
using System.Text;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Hosting;

/// <summary>The key that signs session tokens: from the environment, the same on all nodes; else a random one that dies with the process.</summary>
internal static class SessionKeys
{
    /// <summary>Holds the secret, at least <see cref="TokenKey.MinSecretLength"/> bytes.</summary>
    public const string Variable = "EDGECACHE_SESSION_KEY";

    public static SessionTokens Open(TimeProvider time)
    {
        var given = Environment.GetEnvironmentVariable(Variable);
        var secret = string.IsNullOrEmpty(given) ? RandomNumberGenerator.GetBytes(32) : Encoding.UTF8.GetBytes(given);
        return secret.Length >= TokenKey.MinSecretLength
            ? new SessionTokens([new TokenKey(1, secret)], time)
            : throw new StartUpException($"{Variable} is too short: at least {TokenKey.MinSecretLength} bytes");
    }
}
