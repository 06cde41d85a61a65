namespace EdgeCache.Dns.Wire;

/// <summary>The kind of a message, RFC 1035 §4.1.1, RFC 1996, RFC 2136.</summary>
internal enum Opcode : byte
{
    Query = 0,
    IQuery = 1,
    Status = 2,
    Notify = 4,
    Update = 5,
}
