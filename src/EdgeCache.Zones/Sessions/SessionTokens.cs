using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Sessions;

/// <summary>A key that signs tokens. <see cref="Id"/> travels with the token.</summary>
public sealed record TokenKey(byte Id, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Shortest secret, bytes.</summary>
    public const int MinSecretLength = 16;
}

/// <summary>What became of the text of a token.</summary>
public enum TokenOutcome
{
    /// <summary>It is ours and good.</summary>
    Valid,

    /// <summary>It is no token of ours, or was changed.</summary>
    Invalid,

    /// <summary>It is ours, and too old.</summary>
    Expired,
}

/// <summary>
/// Writes and reads tokens: version, key id, time, clock, zones (tags in four bytes each, serials as variable-length integers), then 16 bytes of HMAC-SHA-256; as text base64url.
/// Reading never throws and checks the signature first. The first key signs, all are accepted. Thread-safe.
/// </summary>
public sealed class SessionTokens
{
    /// <summary>Longest text, characters: eight zones with the largest serials and writes.</summary>
    public const int MaxTextLength = 400;

    /// <summary>Most tokens in a list.</summary>
    public const int MaxListed = 4;

    private const byte Version = 1;
    private const int MacLength = 16;
    private const int MaxLength = 300;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);
    private readonly ImmutableArray<TokenKey> _keys;
    private readonly TimeProvider _time;

    /// <summary>Tokens signed by the first of <paramref name="keys"/>.</summary>
    public SessionTokens(IReadOnlyList<TokenKey> keys, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count);
        if (keys.Any(k => k.Secret.Length < TokenKey.MinSecretLength))
        {
            throw new ArgumentException($"a key has at least {TokenKey.MinSecretLength} bytes", nameof(keys));
        }

        _keys = [.. keys];
        _time = time;
    }

    /// <summary>The text of a token, made now.</summary>
    public string Write(SessionToken token)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        bytes[0] = Version;
        bytes[1] = _keys[0].Id;
        var at = 2;
        VariableLength.Write(bytes, ref at, (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        VariableLength.Write(bytes, ref at, token.Clock.Value);
        bytes[at++] = (byte)((token.Zones.Length << 1) | (token.IsFolded ? 1 : 0));
        foreach (var zone in token.Zones)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], zone.Zone);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(at + 4)..], zone.Epoch);
            at += 8;
            VariableLength.Write(bytes, ref at, (ulong)zone.Seen);
            VariableLength.Write(bytes, ref at, zone.Wrote == 0 ? 0 : (ulong)(zone.Seen - zone.Wrote) + 1);
        }

        Sign(_keys[0], bytes[..at], bytes.Slice(at, MacLength));
        return Base64Url.EncodeToString(bytes[..(at + MacLength)]);
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote, or a list of up to <see cref="MaxListed"/> such texts with commas, as a client sends whose requests overlapped: their union.
    /// One that is not good spoils the list.
    /// </summary>
    public TokenOutcome TryRead(string? text, out SessionToken token)
    {
        if (text?.Contains(',', StringComparison.Ordinal) != true)
        {
            return TryReadOne(text, out token);
        }

        token = SessionToken.Empty;
        if (text.Length > MaxListed * (MaxTextLength + 2))
        {
            return TokenOutcome.Invalid;
        }

        foreach (var range in text.AsSpan().Split(','))
        {
            var outcome = TryReadOne(text[range].Trim(), out var one);
            if (outcome != TokenOutcome.Valid)
            {
                token = SessionToken.Empty;
                return outcome;
            }

            token = token.With(one);
        }

        return TokenOutcome.Valid;
    }

    private TokenOutcome TryReadOne(string? text, out SessionToken token)
    {
        token = SessionToken.Empty;
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (text is null || text.Length > MaxTextLength
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length < 2 + MacLength)
        {
            return TokenOutcome.Invalid;
        }

        var body = bytes[..(length - MacLength)];
        Span<byte> mac = stackalloc byte[MacLength];
        var id = body[1];
        if (body[0] != Version || _keys.FirstOrDefault(k => k.Id == id) is not { } key)
        {
            return TokenOutcome.Invalid;
        }

        Sign(key, body, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[(length - MacLength)..length]) || !TryReadBody(body, out token, out var made))
        {
            return TokenOutcome.Invalid;
        }

        var age = _time.GetUtcNow().ToUnixTimeMilliseconds() - made;
        return age > SessionToken.Lifetime.TotalMilliseconds || age < -ClockTolerance.TotalMilliseconds ? TokenOutcome.Expired : TokenOutcome.Valid;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> body, out SessionToken token, out long made)
    {
        token = SessionToken.Empty;
        made = 0;
        var at = 2;
        if (!VariableLength.TryRead(body, ref at, out var time) || time > long.MaxValue || !VariableLength.TryRead(body, ref at, out var clock) || at >= body.Length)
        {
            return false;
        }

        made = (long)time;
        var (count, folded) = (body[at] >> 1, (body[at] & 1) != 0);
        at++;
        var zones = ImmutableArray.CreateBuilder<TokenPosition>();
        for (; count > 0 && zones.Count < SessionToken.MaxZones; count--)
        {
            if (body.Length - at < 8)
            {
                return false;
            }

            var (zone, epoch) = (BinaryPrimitives.ReadUInt32BigEndian(body[at..]), BinaryPrimitives.ReadUInt32BigEndian(body[(at + 4)..]));
            at += 8;
            if (!VariableLength.TryRead(body, ref at, out var seen) || seen > long.MaxValue || !VariableLength.TryRead(body, ref at, out var behind) || behind > seen + 1)
            {
                return false;
            }

            zones.Add(new TokenPosition(zone, epoch, (long)seen, behind == 0 ? 0 : (long)(seen + 1 - behind)));
        }

        token = new SessionToken { Zones = zones.ToImmutable(), Clock = new HybridTimestamp(clock), IsFolded = folded };
        return count == 0 && at == body.Length;
    }

    private static void Sign(TokenKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret.Span, body, full);
        full[..MacLength].CopyTo(mac);
    }
}
