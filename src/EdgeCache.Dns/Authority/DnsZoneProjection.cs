using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// Derives the zone that DNS answers from of a follower's records, in the same swap (PLANE.md 24). Give it to every follower that an authority reads.
/// An entry without effect on DNS keeps the snapshot as it is, and so its SOA serial and all secondaries quiet.
/// </summary>
public sealed class DnsZoneProjection : IZoneProjection
{
    /// <summary>Of the SOA that a zone without one is given.</summary>
    private const int DefaultTtl = 3_600;

    private const string Alias = "CNAME";

    /// <inheritdoc/>
    public object Build(ZoneView view)
    {
        DomainName apex = ApexOf(view.Zone);
        var editor = new ZoneEditor(apex);
        WholeZonePace? pace = WholeZonePace.For(view.Records.Count);
        foreach (Record record in view.Records.Values)
        {
            pace?.Step();
            Apply(editor, apex, record.Key, record);
        }

        foreach (RecordKey alias in view.Records.Keys.Where(static k => k.Type == Alias))
        {
            MakeLegal(editor, apex, alias.Name, view);
        }

        return editor.ToSnapshot(DefaultSoa(editor, apex), view.SoaSerial);
    }

    /// <inheritdoc/>
    public object Apply(object before, LogEntry entry, ZoneView after)
    {
        var snapshot = (ZoneSnapshot)before;
        var keys = new List<RecordKey>();
        Collect(entry.Change, keys);
        if (keys.Count == 0)
        {
            // A copy that was compared with its primary takes the primary's serial last: what changed before, under one serial, cannot be told as a difference.
            return snapshot.Serial == after.SoaSerial ? before : new ZoneEditor(snapshot).ToSnapshot(snapshot.Soa, after.SoaSerial).WithoutJournal();
        }

        var editor = new ZoneEditor(snapshot);
        WholeZonePace? pace = WholeZonePace.For(keys.Count);
        foreach (RecordKey key in keys)
        {
            pace?.Step();
            // The view says what stands now: a write that lost changed nothing.
            Apply(editor, snapshot.Apex, key, after.Records.GetValueOrDefault(key));
            if (key.Type == Alias || after.Records.ContainsKey(key with { Type = Alias }))
            {
                MakeLegal(editor, snapshot.Apex, key.Name, after);
            }
        }

        return editor.ToSnapshot(DefaultSoa(editor, snapshot.Apex), after.SoaSerial);
    }

    /// <summary>
    /// PLANE.md 28: where regions wrote a CNAME and other data at one name, the later stands and the other is not shown; it comes back when what hides it goes.
    /// Types without a mnemonic are not looked for.
    /// </summary>
    private static void MakeLegal(ZoneEditor editor, DomainName apex, string name, ZoneView view)
    {
        var there = RecordTypeText.All.Select(t => view.Records.GetValueOrDefault(new RecordKey(name, t))).OfType<Record>().ToList();
        IReadOnlyList<Record> hidden = OwnerNames.Hidden(there);
        foreach (Record record in there)
        {
            Apply(editor, apex, record.Key, hidden.Contains(record) ? null : record);
        }
    }

    private static void Collect(Change change, List<RecordKey> keys)
    {
        if (change is RecordChange { After.Key: { IsDns: true } key })
        {
            keys.Add(key);
        }
        else if (change is BatchChange batch)
        {
            foreach (Change part in batch.Changes)
            {
                Collect(part, keys);
            }
        }
    }

    private static void Apply(ZoneEditor editor, DomainName apex, RecordKey key, Record? record)
    {
        // What cannot be read is no part of the zone; the admin API refuses it before it gets here.
        if (!key.IsDns || !RecordTypeText.TryParse(key.Type, out RecordType type) || RecordTypes.IsMeta(type)
            || DomainName.Parse(key.Name, apex, out DomainName name) != NameFault.None)
        {
            return;
        }

        RecordSet? set = null;
        if (record is { IsDeleted: false })
        {
            RecordSetText.Parse(type, (uint)Math.Max(record.Ttl, 0), record.Value.Span, apex, out set);
            set = ConcurrentValues.Of(record) is { IsContested: true } ? set?.AsContested() : set;
        }

        if (set is not null && (type != RecordType.SOA || name == apex))
        {
            editor.Put(name.Wire, set);
        }
        else
        {
            editor.Remove(name.Wire, type);
        }
    }

    /// <summary>A zone whose publisher stated no SOA has one all the same: without it no negative answer and no transfer is possible.</summary>
    private static RecordSet DefaultSoa(ZoneEditor editor, DomainName apex)
    {
        ReadOnlySpan<byte> primary = editor.Find(apex.Wire)?.Find(RecordType.NS) is { } servers ? servers.First : apex.Wire;
        var data = new WireWriter(new byte[WireLimits.MaxName * 3]);
        data.TryWriteName(primary);
        data.TryWriteName(apex.Wire.Length + 11 <= WireLimits.MaxName ? [10, .. "hostmaster"u8, .. apex.Wire] : apex.Wire);
        foreach (uint number in (uint[])[0, 3_600, 600, 604_800, 60])
        {
            data.TryWriteUInt32(number);
        }

        return RecordSet.Of(RecordType.SOA, DefaultTtl, data.Written);
    }

    private static DomainName ApexOf(ZoneName zone) => DomainName.TryParse(zone.Value, out DomainName apex) ? apex : DomainName.Root;
}
