using CsCheck;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Tests.Data;

/// <summary>Legal stored data of every type that has a format.</summary>
internal static class RdataGen
{
    private static readonly Gen<byte[]> String = Gen.Byte.Array[0, 255].Select(static s => (byte[])[(byte)s.Length, .. s]);
    private static readonly Gen<byte[]> Number16 = Gen.Byte.Array[2];

    public static readonly Gen<(RecordType Type, byte[] Data)> Any = Gen.OneOf(
        Of(RecordType.A, Gen.Byte.Array[4]),
        Of(RecordType.AAAA, Gen.Byte.Array[16]),
        Of(RecordType.NS, WireGen.Name),
        Of(RecordType.CNAME, WireGen.Name),
        Of(RecordType.DNAME, WireGen.Name),
        Of(RecordType.PTR, WireGen.Name),
        Of(RecordType.SOA, WireGen.Name, WireGen.Name, Gen.Byte.Array[4], Gen.Int[0, int.MaxValue].Array[4].Select(Seconds)),
        Of(RecordType.MX, Number16, WireGen.Name),
        Of(RecordType.TXT, String.Array[1, 4].Select(static s => s.SelectMany(static x => x).ToArray())),
        Of(RecordType.SRV, Gen.Byte.Array[6], WireGen.Name),
        Of(RecordType.CAA, Gen.Byte.Array[1], Gen.Char.AlphaNumeric.Array[1, 20].Select(static t => (byte[])[(byte)t.Length, .. t.Select(static c => (byte)c)]), Gen.Byte.Array[0, 600]),
        Of(RecordType.DS, Gen.Byte.Array[4], Gen.Byte.Array[1, 64]),
        Of(RecordType.SVCB, Number16, WireGen.Name, SvcParams()),
        Of(RecordType.HTTPS, Number16, WireGen.Name, SvcParams()),
        Of(RecordType.HINFO, String, String),
        Of((RecordType)17, WireGen.Name, WireGen.Name),
        Of((RecordType)35, Gen.Byte.Array[4], String, String, String, WireGen.Name),
        Of((RecordType)65_280, Gen.Byte.Array[0, 400]));

    private static Gen<(RecordType, byte[])> Of(RecordType type, params Gen<byte[]>[] parts) =>
        parts.Aggregate(Gen.Const(Array.Empty<byte>()), static (all, part) => all.Select(part, static (a, b) => (byte[])[.. a, .. b]))
            .Select(data => (type, data));

    private static byte[] Seconds(int[] numbers) =>
        [.. numbers.SelectMany(static n => (byte[])[(byte)(n >> 24), (byte)((n >> 16) & 255), (byte)((n >> 8) & 255), (byte)(n & 255)])];

    private static Gen<byte[]> SvcParams()
    {
        Gen<byte[]> alpn = Param(1, Gen.Byte.Array[1, 20].Select(static s => (byte[])[(byte)s.Length, .. s]).Array[1, 3].Select(static s => s.SelectMany(static x => x).ToArray()));
        Gen<byte[]> port = Param(3, Number16);
        Gen<byte[]> v4 = Param(4, Gen.Byte.Array[4].Array[1, 3].Select(static s => s.SelectMany(static x => x).ToArray()));
        Gen<byte[]> ech = Param(5, Gen.Byte.Array[1, 30]);
        Gen<byte[]> v6 = Param(6, Gen.Byte.Array[16]);
        Gen<byte[]> path = Param(7, Gen.Byte.Array[1, 20]);
        Gen<byte[]> other = Param(777, Gen.Byte.Array[0, 20]);
        return Gen.Select(Maybe(alpn), Maybe(port), Maybe(v4), Maybe(ech), Maybe(v6), Maybe(path), Maybe(other),
            static (a, b, c, d, e, f, g) => (byte[])[.. a, .. b, .. c, .. d, .. e, .. f, .. g]);
    }

    private static Gen<byte[]> Param(int key, Gen<byte[]> value) =>
        value.Select(v => (byte[])[(byte)(key >> 8), (byte)(key & 255), (byte)(v.Length >> 8), (byte)(v.Length & 255), .. v]);

    private static Gen<byte[]> Maybe(Gen<byte[]> some) => Gen.OneOf(Gen.Const(Array.Empty<byte>()), some);
}
