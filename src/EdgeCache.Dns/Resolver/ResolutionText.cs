using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>Writes a resolution as the reply to a query.</summary>
internal static class ResolutionText
{
    public static int Write(
        ServerIdentity identity, ReadOnlySpan<byte> query, in QuerySource source, Resolution resolution, Span<byte> response, ReadOnlySpan<byte> option = default)
    {
        var reply = new ClientReply(identity, query, source, response);
        var note = new ReplyNote { Rcode = resolution.Rcode, Error = resolution.Error, ErrorText = resolution.ErrorText, Option = option };
        Span<ushort> slots = stackalloc ushort[NameCompression.Slots];
        slots.Clear();
        ClientAnswer answer = reply.Begin(reply.RoomFor(note), slots);
        foreach (OwnedSet set in resolution.Answer)
        {
            if (!answer.AddAnswer(set.Owner.Wire, set.Set, set.Set.Ttl))
            {
                break;
            }
        }

        if (resolution.Soa is { } soa)
        {
            answer.AddAuthority(soa.Owner.Wire, soa.Set, soa.Set.Ttl);
        }

        return reply.Finish(answer, note);
    }
}
