namespace EdgeCache.Dns.Wire;

/// <summary>RFC 1035 §3.2.4 and RFC 2136 §1.3. Zones are of class <see cref="IN"/>.</summary>
internal enum RecordClass : ushort
{
    IN = 1,
    CH = 3,
    HS = 4,
    None = 254,
    Any = 255,
}
