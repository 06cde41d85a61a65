using System.Text.Json;

namespace EdgeCache.Zones.Sessions;

/// <summary>The keys as a store keeps them: the newest and the one before it, as JSON. Pure.</summary>
internal static class KeyRotation
{
    /// <summary>A key signs for so long.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(24);

    /// <summary>A new key signs only after every node has had the time to read it.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    private const int Kept = 2;
    private const int MaxSecretLength = 128;

    /// <summary>Keys from their text, the newest first; empty for anything else.</summary>
    public static IReadOnlyList<StoredKey> Read(string? text)
    {
        try
        {
            var keys = text is null ? null : JsonSerializer.Deserialize<StoredKey[]>(text);
            return keys is null || keys.Any(k => k?.Secret is not { Length: >= TokenKey.MinSecretLength and <= MaxSecretLength }) ? [] : keys;
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The text of keys.</summary>
    public static string Write(IReadOnlyList<StoredKey> keys) => JsonSerializer.Serialize(keys);

    /// <summary>Is it time for a new key at <paramref name="now"/> (Unix milliseconds)?</summary>
    public static bool IsDue(IReadOnlyList<StoredKey> keys, long now) => keys.Count == 0 || now - keys[0].MadeAt >= Period.TotalMilliseconds;

    /// <summary>The keys with a new one; the one before stays valid, since tokens live an hour and keys a day.</summary>
    public static IReadOnlyList<StoredKey> With(IReadOnlyList<StoredKey> keys, byte[] secret, long now) =>
        [new StoredKey { Id = unchecked((byte)(keys.Count == 0 ? 1 : keys[0].Id + 1)), Secret = secret, MadeAt = now }, .. keys.Take(Kept - 1)];

    /// <summary>The keys in the order in which they sign at <paramref name="now"/>.</summary>
    public static IReadOnlyList<TokenKey> InForce(IReadOnlyList<StoredKey> keys, long now)
    {
        var isSettling = keys.Count > 1 && now - keys[0].MadeAt < Settling.TotalMilliseconds;
        var signing = isSettling ? keys.Skip(1).Append(keys[0]) : keys;
        return [.. signing.Select(k => new TokenKey(k.Id, k.Secret))];
    }
}

/// <summary>One key as it is kept.</summary>
internal sealed record StoredKey
{
    /// <summary>Travels with the token.</summary>
    public byte Id { get; init; }

    /// <summary>The secret.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long MadeAt { get; init; }
}
