using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Data;

/// <summary>
/// How long resolvers that wait for TTLs may go on giving the answer from before a change, counted from when its authority had applied it: the old TTL, that of
/// the absence or of the wildcard a new name had before, and behind a delegation what its old servers may have said last. Pure.
/// </summary>
public static class OldAnswers
{
    /// <summary>
    /// Seconds that what old servers of a delegation say may live: they are not asked any more when the delegation ends, but what they said in its last moment
    /// is theirs to choose. Resolvers here take no longer TTL (RFC 8767 §4 advises a bound).
    /// </summary>
    public const int MaxForeignTtl = 86_400;

    /// <summary>A zone without a SOA of its own is shown with these.</summary>
    private const int DefaultNegativeTtl = 60;

    private const string Apex = "@";

    /// <summary>The records beside a changed one that decide; deleted ones count too.</summary>
    public static IReadOnlyList<RecordKey> Deciding(RecordKey changed)
    {
        if (!changed.IsDns)
        {
            return [];
        }

        var keys = new List<RecordKey> { new(Apex, "SOA") };
        if (changed.Name == Apex)
        {
            return keys;
        }

        keys.Add(new RecordKey(changed.Name, "NS"));
        for (string above = Above(changed.Name); ; above = Above(above))
        {
            keys.Add(new RecordKey(above == Apex ? "*" : $"*.{above}", changed.Type));
            keys.Add(new RecordKey(above == Apex ? "*" : $"*.{above}", "CNAME"));
            keys.Add(new RecordKey(above, "DNAME"));
            if (above == Apex)
            {
                return keys;
            }

            keys.Add(new RecordKey(above, "NS"));
        }
    }

    /// <summary>Seconds. <paramref name="around"/>: what there is of <see cref="Deciding"/>.</summary>
    public static long MaxLife(RecordChange change, IReadOnlyList<Record> around)
    {
        RecordKey key = change.After.Key;
        if (!key.IsDns)
        {
            // The entry of a DOC holds nothing of the value before; the new one's time is taken.
            return change.Before is null ? change.After.Ttl : change.Before.IsDeleted ? 0 : change.Before.Ttl;
        }

        bool wasThere = change.Before is { IsDeleted: false };

        // A name that goes also lets a wildcard speak for names below it that were known to be absent.
        long life = wasThere ? Math.Max(change.Before!.Ttl, change.After.IsDeleted ? Negative(around) : 0) : Absence(around); // not null: it was there
        return LeadsElsewhere(key, wasThere, around) ? life + MaxForeignTtl : life;
    }

    /// <summary>
    /// Unix milliseconds until which answers from before the version that a change replaced may live, 0 when there are none: who lowers a TTL first leaves caches that still count the longer one.
    /// <paramref name="history"/>: the versions of the changed record that stood, newest first; of the zone's SOA when the record was or becomes absent. They count from when the version
    /// after them was committed, and <paramref name="lag"/> on top, in which every authority has applied that; from <paramref name="steadySince"/> if that is later, Unix milliseconds: an
    /// authority that was cut off or stopped until then, or not yet there, may have answered with them so long.
    /// </summary>
    public static long EarlierUntil(RecordChange change, IReadOnlyList<Record> history, IReadOnlyList<Record> around, TimeSpan lag, long steadySince = 0)
    {
        long until = 0;
        for (int i = 0; i < history.Count; i++)
        {
            // Before the oldest there was nothing, which resolvers remember, too.
            (Record next, Record? old) = (history[i], i + 1 < history.Count ? history[i + 1] : null);
            if (next.Version.Clock < change.After.Version.Clock)
            {
                long life = next.Key == change.After.Key ? MaxLife(new RecordChange(next, old), around)
                    : old is not null ? Negative([old]) : DefaultNegativeTtl;
                until = Math.Max(until, Math.Max(next.CommittedAt, steadySince) + (life * 1_000) + (long)lag.TotalMilliseconds);
            }
        }

        return until;
    }

    /// <summary>The records whose history <see cref="EarlierUntil"/> is to be asked with; none for a DOC, whose versions may be large and which no resolver keeps.</summary>
    public static IReadOnlyList<RecordKey> WithHistory(RecordChange change) =>
        !change.After.Key.IsDns ? []
            : change.After.Key is { Name: Apex, Type: "SOA" } || (change.Before is { IsDeleted: false } && !change.After.IsDeleted) ? [change.After.Key]
            : [change.After.Key, new RecordKey(Apex, "SOA")];

    /// <summary>Whether other servers had a say before: a delegation and its glue, and what a new delegation or DNAME hides from now on.</summary>
    private static bool LeadsElsewhere(RecordKey key, bool wasThere, IReadOnlyList<Record> around) => key.Type switch
    {
        "NS" or "DS" => key.Name != Apex,
        "DNAME" => !wasThere,
        "A" or "AAAA" => around.Any(static r => r.Key is { Type: "NS", Name: not Apex }),
        _ => false,
    };

    private static string Above(string name)
    {
        // A dot within a label is written in digits.
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? Apex : name[(dot + 1)..];
    }

    /// <summary>RFC 2308 §5 for a name that was not there; a wildcard or a DNAME may have answered for it.</summary>
    private static long Absence(IReadOnlyList<Record> around) =>
        around.Where(static r => r.Key.Type is not ("SOA" or "NS")).Select(static r => (long)r.Ttl).Append(Negative(around)).Max();

    private static long Negative(IReadOnlyList<Record> around)
    {
        RecordSet? soa = around.Where(static r => r.Key.Type == "SOA").Select(SoaOf).FirstOrDefault();
        return soa is null ? DefaultNegativeTtl : Math.Min(soa.Ttl, SoaData.MinimumOf(soa.First));
    }

    private static RecordSet? SoaOf(Record record)
    {
        _ = RecordSetText.Parse(RecordType.SOA, (uint)Math.Max(record.Ttl, 0), record.Value.Span, DomainName.Root, out RecordSet? soa);
        return record.IsDeleted ? null : soa;
    }
}
