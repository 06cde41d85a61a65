using System.Text;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Data;

/// <summary>Names as records of the plane have them: relative to the apex, without the final dot, lower case; the apex is <c>@</c>.</summary>
internal static class ZoneRelativeName
{
    /// <param name="name">Wire form, at or below the apex.</param>
    /// <param name="apex">The zone's apex.</param>
    public static string Of(ReadOnlySpan<byte> name, DomainName apex)
    {
        if (name.Length == apex.Wire.Length)
        {
            return NameFloors.Apex;
        }

        var text = new StringBuilder(name.Length);
        for (int at = 0; at < name.Length - apex.Wire.Length; at += name[at] + 1)
        {
            RecordName.AppendLabel(at == 0 ? text : text.Append('.'), name.Slice(at + 1, name[at]));
        }

        return text.ToString();
    }
}
