using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Dns.Data;

/// <summary>Names as records of the plane have them: relative to the apex, without the final dot; the apex is <c>@</c>.</summary>
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

        Span<byte> relative = stackalloc byte[WireLimits.MaxName];
        int length = name.Length - apex.Wire.Length;
        name[..length].CopyTo(relative);
        relative[length] = 0;
        return DomainName.FromWire(relative[..(length + 1)]).ToString().TrimEnd('.');
    }
}
