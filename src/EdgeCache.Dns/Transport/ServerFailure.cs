using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>The answer when answering failed for a reason of ours: a bare header with SERVFAIL.</summary>
internal static class ServerFailure
{
    public static int Write(ReadOnlySpan<byte> query, Span<byte> response)
    {
        if (!Header.TryRead(query, out Header header) || header.IsResponse)
        {
            return Verdicts.Drop;
        }

        ushort kept = (ushort)(header.Flags & Header.RecursionDesiredFlag);
        var answer = new Header { Id = header.Id, Flags = Header.FlagsOf(header.Opcode, Rcode.ServFail, (ushort)(Header.ResponseFlag | kept)) };
        return answer.TryWrite(response) ? WireLimits.HeaderLength : Verdicts.Drop;
    }
}
