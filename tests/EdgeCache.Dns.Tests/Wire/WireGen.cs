using CsCheck;

namespace EdgeCache.Dns.Tests.Wire;

internal static class WireGen
{
    public static readonly Gen<byte[]> Label = Gen.OneOf(
        Gen.Char["abcXYZ-_09"].Select(static c => (byte)c).Array[1, 12],
        Gen.Byte.Array[1, 63]);

    /// <summary>Any legal name: long ones are cut.</summary>
    public static readonly Gen<byte[]> Name = Label.Array[0, 12].Select(static labels =>
    {
        var wire = new List<byte>();
        foreach (byte[] label in labels.Where(l => wire.Count + l.Length + 2 <= 255))
        {
            if (wire.Count + label.Length + 2 <= 255)
            {
                wire.Add((byte)label.Length);
                wire.AddRange(label);
            }
        }

        wire.Add(0);
        return wire.ToArray();
    });
}
