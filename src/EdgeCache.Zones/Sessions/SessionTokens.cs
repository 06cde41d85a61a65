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
    /// <summary>Longest text, characters. Eight zones fit with serials below 2^35; where they do not, the oldest zones are folded.</summary>
    public const int MaxTextLength = 256;

    /// <summary>Most tokens in a list.</summary>
    public const int MaxListed = 4;

    private const byte Version = 1;
    private const int MacLength = 16;
    private const int MaxLength = MaxTextLength / 4 * 3;
    private const int MaxZoneLength = 28;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);
    private readonly TimeProvider _time;
    private volatile TokenKey[] _keys;

    /// <summary>Tokens signed by the first of <paramref name="keys"/>.</summary>
    public SessionTokens(IReadOnlyList<TokenKey> keys, TimeProvider time)
    {
        _keys = Checked(keys);
        _time = time;
    }

    /// <summary>Changes the keys: the first signs from now on, all are accepted.</summary>
    public void Use(IReadOnlyList<TokenKey> keys) => _keys = Checked(keys);

    /// <summary>The text of a token, made now. What does not fit is folded, the zone touched longest ago first.</summary>
    public string Write(SessionToken token)
    {
        Span<byte> zones = stackalloc byte[SessionToken.MaxZones * MaxZoneLength];
        Span<int> ends = stackalloc int[SessionToken.MaxZones + 1];
        ends[0] = 0;
        for (var i = 0; i < token.Zones.Length; i++)
        {
            var end = ends[i];
            WriteZone(token.Zones[i], zones, ref end);
            ends[i + 1] = end;
        }

        var key = _keys[0];
        Span<byte> bytes = stackalloc byte[MaxLength];
        bytes[0] = Version;
        bytes[1] = key.Id;
        var at = 2;
        VariableLength.Write(bytes, ref at, (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        VariableLength.Write(bytes, ref at, token.Clock.Value);
        var first = 0;
        var all = ends[token.Zones.Length];
        while (at + 1 + all - ends[first] + MacLength > MaxLength)
        {
            first++;
        }

        bytes[at++] = (byte)(((token.Zones.Length - first) << 2) | (token.IsPending ? 2 : 0) | (token.IsFolded || first > 0 ? 1 : 0));
        zones[ends[first]..all].CopyTo(bytes[at..]);
        at += all - ends[first];
        Sign(key, bytes[..at], bytes.Slice(at, MacLength));
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
        if (body[0] != Version || !IsSigned(body, bytes[(length - MacLength)..length]) || !TryReadBody(body, out token, out var made))
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
        var (count, pending, folded) = (body[at] >> 2, (body[at] & 2) != 0, (body[at] & 1) != 0);
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

        token = new SessionToken { Zones = zones.ToImmutable(), Clock = new HybridTimestamp(clock), IsFolded = folded, IsPending = pending };
        return count == 0 && at == body.Length;
    }

    private static void WriteZone(TokenPosition zone, Span<byte> bytes, ref int at)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], zone.Zone);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(at + 4)..], zone.Epoch);
        at += 8;
        VariableLength.Write(bytes, ref at, (ulong)zone.Seen);
        VariableLength.Write(bytes, ref at, zone.Wrote == 0 ? 0 : (ulong)(zone.Seen - zone.Wrote) + 1);
    }

    private static TokenKey[] Checked(IReadOnlyList<TokenKey> keys)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count);
        return keys.All(k => k.Secret.Length >= TokenKey.MinSecretLength)
            ? [.. keys]
            : throw new ArgumentException($"a key has at least {TokenKey.MinSecretLength} bytes", nameof(keys));
    }

    private bool IsSigned(ReadOnlySpan<byte> body, ReadOnlySpan<byte> mac)
    {
        Span<byte> made = stackalloc byte[MacLength];
        foreach (var key in _keys)
        {
            if (key.Id == body[1])
            {
                Sign(key, body, made);
                if (CryptographicOperations.FixedTimeEquals(made, mac))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void Sign(TokenKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret.Span, body, full);
        full[..MacLength].CopyTo(mac);
    }
}
