using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Unpredictable numbers for ids, ports and case (RFC 5452 §9.2), behind the type that tests replace by a seeded one. The system's generator is asked for many
/// octets at a time, since a call costs a microsecond whatever its size; what was handed out is wiped. Thread-safe.
/// </summary>
internal sealed class CryptoRandom : Random
{
    private const int Stripes = 8;
    private readonly Stock[] _stocks = [.. Enumerable.Range(0, Stripes).Select(static _ => new Stock())];

    private Stock Mine => _stocks[Environment.CurrentManagedThreadId % Stripes];

    public override int Next(int maxValue) => Next(0, maxValue);

    /// <summary>Each number equally likely: what would favour some is drawn again.</summary>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxValue, minValue);
        uint range = unchecked((uint)maxValue - (uint)minValue); // Right also where the difference leaves the range of int.
        uint reject = unchecked(0u - range) % range;
        ulong product;
        do
        {
            product = (ulong)Mine.NextNumber() * range;
        }
        while ((uint)(product & uint.MaxValue) < reject);

        return unchecked(minValue + (int)(product >> 32));
    }

    public override int Next() => Next(0, int.MaxValue);

    public override void NextBytes(Span<byte> buffer) => Mine.Take(buffer);

    public override void NextBytes(byte[] buffer) => Mine.Take(buffer);

    protected override double Sample() => Next() / (double)int.MaxValue;

    /// <summary>Octets that nobody has seen yet, for some of the threads.</summary>
    private sealed class Stock
    {
        private const int Size = 1_024;
        private readonly Lock _taking = new();
        private readonly byte[] _octets = new byte[Size];
        private int _at = Size;

        public uint NextNumber()
        {
            Span<byte> number = stackalloc byte[sizeof(uint)];
            Take(number);
            return BinaryPrimitives.ReadUInt32LittleEndian(number);
        }

        public void Take(Span<byte> output)
        {
            if (output.Length > Size)
            {
                RandomNumberGenerator.Fill(output);
                return;
            }

            lock (_taking)
            {
                if (output.Length > Size - _at)
                {
                    RandomNumberGenerator.Fill(_octets);
                    _at = 0;
                }

                Span<byte> taken = _octets.AsSpan(_at, output.Length);
                taken.CopyTo(output);
                taken.Clear();
                _at += output.Length;
            }
        }
    }
}
