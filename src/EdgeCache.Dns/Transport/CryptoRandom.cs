using System.Security.Cryptography;

namespace EdgeCache.Dns.Transport;

/// <summary>Unpredictable numbers for ids, ports and case (RFC 5452 §9.2), behind the type that tests replace by a seeded one. Thread-safe.</summary>
internal sealed class CryptoRandom : Random
{
    public override int Next(int maxValue) => RandomNumberGenerator.GetInt32(maxValue);

    public override int Next(int minValue, int maxValue) => RandomNumberGenerator.GetInt32(minValue, maxValue);

    public override int Next() => RandomNumberGenerator.GetInt32(int.MaxValue);

    public override void NextBytes(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);

    public override void NextBytes(byte[] buffer) => RandomNumberGenerator.Fill(buffer);

    protected override double Sample() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
