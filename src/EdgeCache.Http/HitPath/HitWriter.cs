using EdgeCache.Http.Fetching;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Heads;

namespace EdgeCache.Http.HitPath;

/// <summary>Turns a simple raw head into the bytes of its answer, when there is a hit. No allocation but for field values that are seen for the first time. Thread-safe.</summary>
internal sealed class HitWriter(EdgeNode node, HitLookup lookup)
{
    private readonly StringPool _strings = new();
    private readonly HitHead _heads = new(node.Name);

    /// <summary>
    /// Writes head and a short body to <paramref name="destination"/>. <paramref name="longBody"/> is held when the body is still to be sent; the caller disposes it.
    /// False: no hit, nothing was written.
    /// </summary>
    public bool TryAnswer(scoped in RawHead head, HostMemo memo, Span<byte> destination, out int written, out EntryLease longBody)
    {
        written = 0;
        longBody = default;
        Span<byte> bytes = stackalloc byte[RawTarget.Room];
        var mayCarrySession = head.HasCookie && node.Options.SessionCookie is not null;
        if (mayCarrySession || !RawTarget.TryRead(in head, memo, node.Follower.Zones, bytes, out var target))
        {
            return false;
        }

        var fields = new RawFields(head.Lines, _strings);
        if (!lookup.TryFind(in target, https: false, memo.Zone!, in fields, out var lease, out var now)) // It moved to a host, which has a zone.
        {
            return false;
        }

        if (!_heads.TryWrite(in lease, in lease.Facts<StoredFacts>(), now, destination, out written))
        {
            lease.Dispose();
            return false;
        }

        (memo.Tally ??= node.Tally.For(memo.Zone!)).CountHit();
        if (lease.BodyLength > Math.Min(HitLimits.CopiedBodyBytes, destination.Length - written))
        {
            longBody = lease;
            return true;
        }

        var body = lease.Body();
        while (body.TryReadSpan(out var piece))
        {
            piece.CopyTo(destination[written..]);
            written += piece.Length;
        }

        lease.Dispose();
        return true;
    }
}
