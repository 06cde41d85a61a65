using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Simulation.Interleaving;

/// <summary>One cache of one page, over the real follower code: the zone's applier, its floors and its marks.</summary>
internal sealed class Tier
{
    private const string Tag = "page";
    private readonly TierRules _rules;
    private readonly FollowedZone _zone;
    private (int Content, long Mark)? _entry;

    public Tier(TierRules rules, Epoch epoch)
    {
        _rules = rules;
        _zone = new FollowedZone(new ZoneState(ZoneName.Default, 1, 7, ZonePolicy.Standard, 1_000), [], FloorInterest.Pages, (_, _) => { }, _ => { });
        _zone.Load(new ZoneSnapshot(epoch, 0, 0, 0, _zone.State.View.Records, [], [], new PollStamp(0, 0)));
    }

    /// <summary>Serial applied: what the tier says of itself on the wire.</summary>
    public long Applied => _zone.State.View.Serial;

    /// <summary>What a request would be answered with now as fresh; null when it would have to ask.</summary>
    public int? Fresh => _entry is { } entry && (!_rules.HasFlag(TierRules.Floors) || Verdict(entry.Mark) == FloorVerdict.None) ? entry.Content : null;

    public string State => $"{Applied}/{_entry}";

    /// <summary>Purges are entries of this kind.</summary>
    public static PurgeChange Purge { get; } = new([new Selector(SelectorKind.Tag, Tag)], PurgeMode.Hard);

    public void Apply(LogEntry entry)
    {
        if (_zone.Offer(new Hint(entry.Zone, entry.Epoch, entry.Serial, entry)) != ApplyOutcome.Applied)
        {
            throw new InvalidOperationException($"entry {entry.Serial} was not applied at {Applied}");
        }

        if (!_rules.HasFlag(TierRules.Floors))
        {
            _entry = null;
        }
    }

    /// <summary>A request is sent up: the position and the generation it leaves at.</summary>
    public (long Position, long Mark) Send() => (Applied, _zone.State.Floors.Generation);

    /// <summary>The answer is here. Stored only if nothing that covers it has risen since it was asked for.</summary>
    public void Receive(int content, long markAtSend)
    {
        var mark = _rules.HasFlag(TierRules.MarkBeforeSend) ? markAtSend : _zone.State.Floors.Generation;
        if (!_rules.HasFlag(TierRules.Floors) || Verdict(mark) == FloorVerdict.None)
        {
            _entry = (content, mark);
        }
    }

    private FloorVerdict Verdict(long mark)
    {
        var floors = _zone.State.Floors;
        return floors.Check(new FloorSubject([floors.Hash.Of(SelectorKind.Tag, Tag)]), mark);
    }
}
