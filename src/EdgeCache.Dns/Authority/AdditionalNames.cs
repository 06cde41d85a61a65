using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// Fills the additional section with the addresses of the hosts that records name. For a service (RFC 9460 §4.1) the name <c>.</c> is the one asked for (§2.5.2), and in an
/// alias none (§2.5.1).
/// </summary>
internal static class AdditionalNames
{
    /// <summary>Addresses the client will want next (RFC 1034 §4.3.2 step 6), as far as there is room; not those of other zones.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="node">Where the records stand: the name asked for, or the wildcard that answers for it.</param>
    /// <param name="owner">The name asked for.</param>
    /// <param name="set">The records.</param>
    /// <param name="answer">What is added to.</param>
    public static void Add(ZoneSnapshot zone, NameNode node, scoped ReadOnlySpan<byte> owner, RecordSet set, scoped ref AnswerMessage answer)
    {
        int skip = TargetOffset(set.Type);
        if (skip < 0)
        {
            return;
        }

        int names = 0;
        bool isService = set.Type is RecordType.SVCB or RecordType.HTTPS;
        foreach (ReadOnlySpan<byte> data in set)
        {
            if (++names > AuthorityLimits.MaxAdditionalNames)
            {
                return;
            }

            ReadOnlySpan<byte> target = NameAt(data, skip);
            bool isAlias = isService && data is [0, 0, ..];
            bool fits = NameBytes.IsRoot(target) ? !isService || isAlias || AddAddresses(node, owner, needed: false, ref answer)
                : !NameBytes.IsWithin(target, zone.Apex.Wire)
                || (AddAddresses(zone, target, needed: false, ref answer) && (!isAlias || AddServices(zone, target, set.Type, ref answer)));
            if (!fits)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Glue: hosts below the delegated name first and always, or the answer is truncated (RFC 9471 §3.1); others of this zone if there is room.
    /// </summary>
    public static void AddGlue(ZoneSnapshot zone, NameNode cut, RecordSet servers, scoped ref AnswerMessage answer)
    {
        for (int round = 0; round < 2; round++)
        {
            int names = 0;
            foreach (ReadOnlySpan<byte> target in servers)
            {
                bool needed = NameBytes.IsWithin(target, cut.Name);
                if (needed != (round == 0) || !NameBytes.IsWithin(target, zone.Apex.Wire) || ++names > AuthorityLimits.MaxAdditionalNames)
                {
                    continue;
                }

                if (!AddAddresses(zone, target, needed, ref answer))
                {
                    return;
                }
            }
        }
    }

    private static bool AddAddresses(ZoneSnapshot zone, ReadOnlySpan<byte> target, bool needed, scoped ref AnswerMessage answer) =>
        Find(zone, target) is not { } node || AddAddresses(node, target, needed, ref answer);

    private static bool AddAddresses(NameNode node, scoped ReadOnlySpan<byte> owner, bool needed, scoped ref AnswerMessage answer) =>
        (node.Find(RecordType.A) is not { } v4 || answer.AddAdditional(owner, v4, needed))
        && (node.Find(RecordType.AAAA) is not { } v6 || answer.AddAdditional(owner, v6, needed));

    /// <summary>Where an alias of services leads (RFC 9460 §4.1).</summary>
    private static bool AddServices(ZoneSnapshot zone, ReadOnlySpan<byte> target, RecordType type, scoped ref AnswerMessage answer) =>
        Find(zone, target)?.Find(type) is not { } services || answer.AddAdditional(target, services, needed: false);

    private static NameNode? Find(ZoneSnapshot zone, ReadOnlySpan<byte> target)
    {
        Span<byte> lower = stackalloc byte[WireLimits.MaxName];
        NameBytes.ToLower(target, lower);
        return zone.Find(NameBytes.SuffixHash(target), lower[..target.Length]);
    }

    /// <summary>Where in the data the name stands, or -1.</summary>
    private static int TargetOffset(RecordType type) => type switch
    {
        RecordType.NS => 0,
        RecordType.MX or RecordType.SVCB or RecordType.HTTPS => 2,
        RecordType.SRV => 6,
        _ => -1,
    };

    private static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> data, int offset)
    {
        // Stored names are whole and well-formed.
        int end = offset;
        while (data[end] != 0)
        {
            end += data[end] + 1;
        }

        return data[offset..(end + 1)];
    }
}
