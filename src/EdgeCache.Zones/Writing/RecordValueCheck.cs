using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// Says what is wrong with a value, or null. The program supplies the one that knows DNS types; it may also put the value into canonical form.
/// </summary>
public delegate string? RecordValueCheck(ZoneName zone, RecordKey key, ref ReadOnlyMemory<byte> value);
