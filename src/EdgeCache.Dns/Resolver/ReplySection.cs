using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>Gathers the records of one section of a reply into RRsets. Used for one section.</summary>
internal sealed class ReplySection
{
    /// <summary>RRsets that are looked through one by one; a section with more has an index.</summary>
    private const int Few = 8;

    private readonly List<Gathered> _sets = [];
    private Dictionary<Asked, Gathered>? _index;

    /// <summary>Reads <paramref name="count"/> records. False when one is malformed.</summary>
    /// <param name="message">The whole reply.</param>
    /// <param name="reader">Stands at the section and is moved behind it.</param>
    /// <param name="count">As the header says.</param>
    /// <param name="edns">Takes the OPT record, of which there may be one.</param>
    /// <param name="buffer">Room for the data of one record.</param>
    /// <param name="sets">What was read.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> message, scoped ref WireReader reader, int count, scoped ref Edns edns, Span<byte> buffer, out IReadOnlyList<OwnedSet> sets)
    {
        sets = [];
        if (count == 0)
        {
            return true;
        }

        var section = new ReplySection();
        bool isGood = section.TryGather(message, ref reader, count, ref edns, buffer);
        sets = section.Join();
        return isGood;
    }

    private bool TryGather(ReadOnlySpan<byte> message, scoped ref WireReader reader, int count, scoped ref Edns edns, Span<byte> buffer)
    {
        for (int i = 0; i < count; i++)
        {
            if (!RecordHeader.TryRead(ref reader, out RecordHeader record))
            {
                return false;
            }

            if (record.Type == RecordType.OPT)
            {
                if (edns.IsPresent || !Edns.TryRead(message, record, out edns))
                {
                    return false;
                }

                continue;
            }

            var stored = new WireWriter(buffer);
            var owner = new WireReader(message, record.NameOffset);
            if (!owner.TryReadName(out DomainName name) || !Rdata.TryRead(message, record, ref stored))
            {
                return false;
            }

            // What is of another class answers another question.
            if (!RecordTypes.IsMeta(record.Type) && (record.Class != RecordClass.IN || !Add(new Asked(name, record.Type), record.Ttl, stored.Written)))
            {
                return false;
            }
        }

        return true;
    }

    private OwnedSet[] Join()
    {
        var sets = new OwnedSet[_sets.Count];
        for (int i = 0; i < sets.Length; i++)
        {
            Gathered set = _sets[i];
            sets[i] = new OwnedSet(
                set.Key.Name, set.Data.Count == 1 ? RecordSet.Of(set.Key.Type, set.Ttl, set.Data[0]) : RecordSet.Join(set.Key.Type, set.Ttl, set.Data));
        }

        return sets;
    }

    /// <summary>The lowest TTL counts for all (RFC 2181 §5.2); equal records are one (§5).</summary>
    private bool Add(Asked key, uint ttl, ReadOnlySpan<byte> data)
    {
        if (Find(key) is not { } set)
        {
            set = new Gathered(key, ttl);
            set.Data.Add(data.ToArray());
            _sets.Add(set);
            if (_sets.Count > Few)
            {
                (_index ??= _sets.ToDictionary(static s => s.Key))[key] = set;
            }

            return true;
        }

        set.Ttl = Math.Min(set.Ttl, ttl);
        foreach (byte[] there in set.Data)
        {
            if (Rdata.AreSame(key.Type, there, data))
            {
                return true;
            }
        }

        set.Data.Add(data.ToArray());
        return set.Data.Count <= CacheLimits.MaxRecordsPerSet;
    }

    private Gathered? Find(Asked key) => _index is null ? _sets.Find(s => s.Key == key) : _index.GetValueOrDefault(key);

    private sealed class Gathered(Asked key, uint ttl)
    {
        public Asked Key { get; } = key;

        public uint Ttl { get; set; } = ttl;

        public List<byte[]> Data { get; } = new(1);
    }
}
