using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Tsig;

/// <summary>
/// One signed request and the messages that answer it, RFC 8945 §5.3: each signature covers the one before, so that messages of a transfer can be neither
/// left out nor reordered. Used by one request.
/// </summary>
internal sealed class TsigSession
{
    /// <summary>Seconds that clocks may differ, RFC 8945 §10.</summary>
    public const ushort Fudge = 300;

    /// <summary>HMAC-SHA256.</summary>
    private const int MacLength = 32;

    private const ushort BadSig = 16;

    private static readonly DomainName Sha256 = DomainName.TryParse("hmac-sha256", out DomainName name) ? name : default;

    private readonly DomainName _keyName;
    private readonly DomainName _algorithm;
    private readonly byte[]? _secret;
    private byte[] _prior;
    private bool _first = true;

    private TsigSession(DomainName keyName, DomainName algorithm, byte[]? secret, byte[] prior, ushort error)
    {
        _keyName = keyName;
        _algorithm = algorithm;
        _secret = secret;
        _prior = prior;
        Error = error;
    }

    /// <summary>0, or the TSIG error: BADSIG 16, BADKEY 17, BADTIME 18, BADTRUNC 22. The message itself then says NOTAUTH.</summary>
    public ushort Error { get; }

    public DomainName KeyName => _keyName;

    /// <summary>Octets the record adds to a message.</summary>
    public int Length => _keyName.Wire.Length + 10 + _algorithm.Wire.Length + 16 + MacLength + 6;

    /// <summary>Signs a request of our own.</summary>
    public static TsigSession ForRequest(TsigKey key) => new(key.Name, Sha256, key.Secret, [], 0);

    /// <summary>Checks a signed message, RFC 8945 §5.2. Null: the record is malformed.</summary>
    public static TsigSession? Verify(ReadOnlySpan<byte> message, int offset, IReadOnlyList<TsigKey> keys, ulong now)
    {
        if (!TsigRecord.TryRead(message, offset, out TsigRecord record))
        {
            return null;
        }

        DomainName name = record.KeyName;
        TsigKey? key = keys.FirstOrDefault(k => k.Name == name);
        if (key is null || record.Algorithm != Sha256)
        {
            return new TsigSession(name, record.Algorithm, null, [], (ushort)Rcode.BadKey);
        }

        if (record.Mac.Length is > MacLength or < MacLength / 2)
        {
            // RFC 8945 §5.2.2.1: never generated; FORMERR.
            return null;
        }

        if (record.Mac.Length != MacLength)
        {
            return new TsigSession(name, Sha256, null, [], (ushort)Rcode.BadTrunc);
        }

        // RFC 8945 §4.3.2: the message without the record, one record less, and with the id it was signed with.
        byte[] bare = message[..offset].ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bare, record.OriginalId);
        ushort additional = BinaryPrimitives.ReadUInt16BigEndian(bare.AsSpan(10));
        BinaryPrimitives.WriteUInt16BigEndian(bare.AsSpan(10), (ushort)(additional - 1));
        byte[] mac = Digest(key.Secret, [], bare, Variables(name, record.TimeSigned, record.Fudge, record.Error, record.Other));
        if (!CryptographicOperations.FixedTimeEquals(mac, record.Mac))
        {
            return new TsigSession(name, Sha256, null, [], BadSig);
        }

        ulong apart = now > record.TimeSigned ? now - record.TimeSigned : record.TimeSigned - now;
        return new TsigSession(name, Sha256, key.Secret, mac, apart > record.Fudge ? (ushort)Rcode.BadTime : (ushort)0);
    }

    /// <summary>Signs the message at the start of the buffer and returns its new length; the buffer has <see cref="Length"/> octets behind it.</summary>
    public int Sign(Span<byte> buffer, int length, ulong now)
    {
        byte[] other = Error == (ushort)Rcode.BadTime ? [(byte)(now >> 40), (byte)((now >> 32) & 255), (byte)((now >> 24) & 255), (byte)((now >> 16) & 255), (byte)((now >> 8) & 255), (byte)(now & 255)] : [];
        byte[] mac = _secret is null ? [] : Digest(_secret, _prior, buffer[..length], _first ? Variables(_keyName, now, Fudge, Error, other) : Timers(now));
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        var writer = new WireWriter(buffer, default, length);
        bool written = writer.TryWriteName(_keyName.Wire)
            && writer.TryWriteUInt16((ushort)RecordType.TSIG)
            && writer.TryWriteUInt16((ushort)RecordClass.Any)
            && writer.TryWriteUInt32(0)
            && writer.TryWriteUInt16((ushort)(_algorithm.Wire.Length + 16 + mac.Length + other.Length))
            && writer.TryWriteName(_algorithm.Wire)
            && writer.TryWriteUInt48(now)
            && writer.TryWriteUInt16(Fudge)
            && writer.TryWriteUInt16((ushort)mac.Length)
            && writer.TryWriteBytes(mac)
            && writer.TryWriteUInt16(id)
            && writer.TryWriteUInt16(Error)
            && writer.TryWriteUInt16((ushort)other.Length)
            && writer.TryWriteBytes(other);
        if (!written)
        {
            return length;
        }

        ushort additional = BinaryPrimitives.ReadUInt16BigEndian(buffer[10..]);
        writer.Patch(10, (ushort)(additional + 1));
        _prior = mac;
        _first = false;
        return writer.Position;
    }

    private static byte[] Digest(byte[] secret, byte[] prior, ReadOnlySpan<byte> message, byte[] variables)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        if (prior.Length > 0)
        {
            Span<byte> length = stackalloc byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)prior.Length);
            hmac.AppendData(length);
            hmac.AppendData(prior);
        }

        hmac.AppendData(message);
        hmac.AppendData(variables);
        return hmac.GetHashAndReset();
    }

    /// <summary>RFC 8945 §4.3.3: names in lower case.</summary>
    private static byte[] Variables(DomainName key, ulong time, ushort fudge, ushort error, ReadOnlySpan<byte> other)
    {
        Span<byte> lower = stackalloc byte[WireLimits.MaxName];
        NameBytes.ToLower(key.Wire, lower);
        var writer = new WireWriter(new byte[(2 * WireLimits.MaxName) + 18 + other.Length]);
        writer.TryWriteBytes(lower[..key.Wire.Length]);
        writer.TryWriteUInt16((ushort)RecordClass.Any);
        writer.TryWriteUInt32(0);
        writer.TryWriteName(Sha256.Wire);
        writer.TryWriteUInt48(time);
        writer.TryWriteUInt16(fudge);
        writer.TryWriteUInt16(error);
        writer.TryWriteUInt16((ushort)other.Length);
        writer.TryWriteBytes(other);
        return writer.Written.ToArray();
    }

    private static byte[] Timers(ulong time)
    {
        var writer = new WireWriter(new byte[8]);
        writer.TryWriteUInt48(time);
        writer.TryWriteUInt16(Fudge);
        return writer.Written.ToArray();
    }
}
