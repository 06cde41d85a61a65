using System.Text;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Tests.Following;

/// <summary>Makes the entries of one log, chained as a store would.</summary>
internal sealed class ZoneLog
{
    private ulong _nonce;
    private ulong _lastNonce;

    public ZoneLog(string zone = "shop.test", ulong epoch = 0xE1, ulong nonces = 100)
    {
        Zone = ZoneName.Parse(zone);
        Epoch = new Epoch(epoch);
        _nonce = nonces;
    }

    public ZoneName Zone { get; }

    public Epoch Epoch { get; }

    public List<LogEntry> Entries { get; } = [];

    public LogEntry Append(Change change)
    {
        var entry = new LogEntry
        {
            Zone = Zone,
            Epoch = Epoch,
            Serial = Entries.Count + 1,
            Nonce = ++_nonce,
            Previous = _lastNonce,
            ChangeId = $"c{Entries.Count + 1}",
            Clock = HybridTimestamp.From(Entries.Count + 1, 0),
            Origin = new OriginStamp("", Epoch, Entries.Count + 1),
            Change = change,
            SoaSerial = (uint)Entries.Count + 1,
            CommittedAt = Entries.Count + 1,
        };
        _lastNonce = entry.Nonce;
        Entries.Add(entry);
        return entry;
    }

    public LogEntry Purge(string tag, PurgeMode mode = PurgeMode.Hard, int settle = 0) =>
        Append(new PurgeChange([new Selector(SelectorKind.Tag, tag)], mode, settle));

    public static RecordChange Put(string name, string type, string value, params string[] tags) => new(Record(name, type, value, tags), null);

    public static RecordChange Delete(string name, string type) => new(Record(name, type, "", []) with { IsDeleted = true }, null);

    private static Record Record(string name, string type, string value, string[] tags) => new()
    {
        Key = new RecordKey(name, type),
        Value = Encoding.UTF8.GetBytes(value),
        ContentType = "text/plain",
        Ttl = 60,
        Tags = tags,
        Version = new RecordVersion(1, HybridTimestamp.From(1, 0), "o"),
        CommittedAt = 1,
    };
}
