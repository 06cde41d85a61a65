using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>Writes messages that no library would: counts that lie, records where none belong.</summary>
internal static class HostileQuery
{
    /// <summary>www.shop.test. A IN.</summary>
    public static readonly byte[] Www = Asked("www.shop.test");

    public static byte[] Counts(ushort flags = 0x0100, ushort qd = 1, ushort an = 0, ushort au = 0, ushort ad = 0)
    {
        byte[] header = new byte[12];
        new Header { Id = 0xBEEF, Flags = flags, QuestionCount = qd, AnswerCount = an, AuthorityCount = au, AdditionalCount = ad }.TryWrite(header);
        return header;
    }

    public static byte[] Asked(string name, ushort type = 1, ushort @class = 1) =>
        [.. Wire.Names.Of(name).Wire, (byte)((type >> 8) & 0xFF), (byte)(type & 0xFF), (byte)((@class >> 8) & 0xFF), (byte)(@class & 0xFF)];

    public static byte[] Record(byte[] owner, ushort type, ushort @class, uint ttl, byte[] data) =>
    [
        .. owner, (byte)((type >> 8) & 0xFF), (byte)(type & 0xFF), (byte)((@class >> 8) & 0xFF), (byte)(@class & 0xFF),
        (byte)((ttl >> 24) & 0xFF), (byte)((ttl >> 16) & 0xFF), (byte)((ttl >> 8) & 0xFF), (byte)(ttl & 0xFF), (byte)((data.Length >> 8) & 0xFF), (byte)(data.Length & 0xFF), .. data,
    ];

    public static byte[] Opt(byte[]? options = null, ushort payload = 1_232, byte version = 0, byte[]? owner = null) =>
        Record(owner ?? [0], 41, payload, (uint)version << 16, options ?? []);

    public static byte[] Option(ushort code, params byte[] data) => [(byte)((code >> 8) & 0xFF), (byte)(code & 0xFF), (byte)((data.Length >> 8) & 0xFF), (byte)(data.Length & 0xFF), .. data];

    /// <summary>A name of exactly so many octets below shop.test, whatever the limit is.</summary>
    public static byte[] LongName(int octets)
    {
        byte[] apex = Wire.Names.Of("shop.test").Wire.ToArray();
        var name = new List<byte>();
        for (int left = octets - apex.Length; left > 0;)
        {
            int label = Math.Min(63, left - 1);
            label -= left - label - 1 == 1 ? 1 : 0;
            name.Add((byte)label);
            name.AddRange(Enumerable.Repeat((byte)'a', label));
            left -= label + 1;
        }

        return [.. name, .. apex];
    }
}
