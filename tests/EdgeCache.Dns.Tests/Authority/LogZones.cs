using System.Collections.Immutable;
using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>A zone and its log as a follower sees them, moved by hand.</summary>
internal sealed class LogZones
{
    private readonly DnsZoneProjection _projection = new();

    public LogZones(string zone)
    {
        Name = ZoneName.Parse(zone);
        Follower = new FixedFollower(Asking.Time, 1, new ZoneDefinition(Name, ZonePolicy.Standard));
        State = Follower.Zones.Find(Name)!;
        Show(new ZoneView(Name, new Epoch(7), 0, 100, ImmutableDictionary<RecordKey, Record>.Empty, []), null);
    }

    public ZoneName Name { get; }

    public FixedFollower Follower { get; }

    public ZoneState State { get; }

    public static Change Put(string name, string type, string value, int ttl = 60) => new RecordChange(Of(name, type, value, ttl, false), null);

    public static Change Delete(string name, string type) => new RecordChange(Of(name, type, "", 60, true), null);

    public static Change Purge() => new PurgeChange([], PurgeMode.Soft);

    public static Change Batch(params Change[] changes) => new BatchChange(changes);

    /// <summary>Commits one entry; the SOA serial moves if any of it is of a DNS type.</summary>
    public void Commit(Change change)
    {
        ZoneView before = State.View;
        ImmutableDictionary<RecordKey, Record> records = before.Records;
        bool dns = false;
        foreach (RecordChange part in Parts(change).OfType<RecordChange>())
        {
            records = records.SetItem(part.After.Key, part.After);
            dns |= part.After.Key.IsDns;
        }

        uint soa = before.SoaSerial + (dns ? 1u : 0u);
        var entry = new LogEntry
        {
            Zone = Name,
            Epoch = before.Epoch,
            Serial = before.Serial + 1,
            Nonce = 1,
            Previous = 1,
            ChangeId = "x",
            Clock = default,
            Origin = default,
            Change = change,
            SoaSerial = soa,
            CommittedAt = 0,
        };
        Show(new ZoneView(Name, before.Epoch, entry.Serial, soa, records, []), entry);
    }

    private static IEnumerable<Change> Parts(Change change) => change is BatchChange batch ? batch.Changes : [change];

    private static Record Of(string name, string type, string value, int ttl, bool deleted) => new()
    {
        Key = new RecordKey(name, type),
        Value = Encoding.UTF8.GetBytes(value),
        ContentType = "text/plain",
        Ttl = ttl,
        Version = default,
        CommittedAt = 0,
        IsDeleted = deleted,
    };

    private void Show(ZoneView view, LogEntry? entry)
    {
        object snapshot = entry is null ? _projection.Build(view) : _projection.Apply(State.View.Projections[0], entry, view);
        FixedFollower.Show(State, new ZoneView(view.Zone, view.Epoch, view.Serial, view.SoaSerial, view.Records, [snapshot]));
    }
}
