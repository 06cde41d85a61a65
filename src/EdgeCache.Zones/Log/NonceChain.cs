using System.Buffers.Binary;
using System.IO.Hashing;

namespace EdgeCache.Zones.Log;

/// <summary>
/// The nonce of an entry: made of its writer's random number and of the nonce before it, so that it stands for the whole log up to there (PLANE.md 2). The number alone would not: a
/// change that is appended again after a lost tail, or copied again from another region, may come to stand at its old serial behind other entries than before. Pure.
/// </summary>
internal static class NonceChain
{
    /// <summary>The nonce after <paramref name="previous"/>; never 0, which stands for "no entry".</summary>
    public static ulong Next(ulong previous, ulong number)
    {
        Span<byte> both = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(both, previous);
        BinaryPrimitives.WriteUInt64LittleEndian(both[8..], number);
        return XxHash3.HashToUInt64(both) is var nonce && nonce == 0 ? 1 : nonce;
    }
}
