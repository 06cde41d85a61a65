using System.Buffers;

namespace EdgeCache.Dns.Data;

/// <summary>Which names of DNS a record of the plane can have: the rule of <see cref="EdgeCache.Zones.Records.RecordKey"/> on octets, for those who check very many.</summary>
internal static class RecordNameRules
{
    private static readonly SearchValues<byte> _allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"u8);

    /// <summary>Whether labels in wire form, those in front of the apex, are all letters, digits, <c>-</c> and <c>_</c>, or an asterisk alone.</summary>
    public static bool Allows(ReadOnlySpan<byte> labels)
    {
        for (int at = 0; at < labels.Length; at += labels[at] + 1)
        {
            ReadOnlySpan<byte> label = labels.Slice(at + 1, labels[at]);
            if (label.ContainsAnyExcept(_allowed) && label is not [(byte)'*'])
            {
                return false;
            }
        }

        return true;
    }
}
