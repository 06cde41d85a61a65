using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>Works out what a log entry does. Pure but for <see cref="NameIndex"/>, which goes along with the records.</summary>
internal sealed class EntryReader
{
    private readonly FloorInterest _interest;
    private readonly NameIndex? _names;
    private readonly ImmutableArray<FloorRise>.Builder _rises = ImmutableArray.CreateBuilder<FloorRise>();
    private readonly ImmutableArray<Settlement>.Builder _settlements = ImmutableArray.CreateBuilder<Settlement>();
    private readonly ImmutableDictionary<RecordKey, Record>.Builder _records;

    private EntryReader(ImmutableDictionary<RecordKey, Record> records, FloorInterest interest, NameIndex? names)
    {
        _interest = interest;
        _names = names;
        _records = records.ToBuilder();
    }

    /// <summary>Reads an entry on top of <paramref name="records"/>; false when it is of a kind this version does not know, and then nothing may be applied.</summary>
    public static bool TryRead(ImmutableDictionary<RecordKey, Record> records, LogEntry entry, FloorInterest interest, NameIndex? names, out EntryEffect effect)
    {
        var reader = new EntryReader(records, interest, names);
        var known = IsKnown(entry.Change);
        if (known)
        {
            reader.Read(entry.Change);
        }

        effect = new EntryEffect(reader._records.ToImmutable(), reader._rises.ToImmutable(), reader._settlements.ToImmutable());
        return known;
    }

    private static bool IsKnown(Change change) => change switch
    {
        RecordChange or PurgeChange => true,
        BatchChange batch => batch.Changes.All(c => c is RecordChange or PurgeChange),
        _ => false,
    };

    private void Read(Change change)
    {
        switch (change)
        {
            case RecordChange record:
                Read(record);
                break;
            case PurgeChange purge:
                Read(purge);
                break;
            case BatchChange batch:
                var pace = WholeZonePace.For(batch.Changes.Count);
                foreach (var item in batch.Changes)
                {
                    pace?.Step();
                    Read(item);
                }

                break;
        }
    }

    private void Read(PurgeChange purge)
    {
        var before = _rises.Count;
        foreach (var selector in purge.Selectors)
        {
            Raise(selector, purge.Mode);
            if (selector.Kind == SelectorKind.Name)
            {
                // That the name is not there may have been learnt of a name above it (RFC 8020 §2).
                Raise(NameFloors.Negative, purge.Mode);
            }
        }

        if (purge.SettleMilliseconds > 0 && _rises.Count > before)
        {
            var again = _rises.Skip(before).ToImmutableArray();
            _settlements.Add(new Settlement(TimeSpan.FromMilliseconds(Math.Min(purge.SettleMilliseconds, PurgeChange.MaxSettle)), again));
        }
    }

    private void Read(RecordChange change)
    {
        // A loser is in the history for people; the state that stood goes on standing.
        if (change.Loser is not null)
        {
            return;
        }

        var key = change.After.Key;
        var before = _records.GetValueOrDefault(key);
        if (change.After.IsForgotten)
        {
            _records.Remove(key);
        }
        else
        {
            _records[key] = change.After;
        }

        foreach (var tag in before is null ? change.After.Tags : change.After.Tags.Union(before.Tags))
        {
            Raise(new Selector(SelectorKind.Tag, tag), PurgeMode.Soft);
        }

        if (_names is not null && key.IsDns)
        {
            ReadName(key, before is { IsDeleted: false }, !change.After.IsDeleted);
        }
    }

    /// <summary>PLANE.md 30. Soft, because a resolver whose authorities are down may still serve what it knows to be old (RFC 8767), and says so.</summary>
    private void ReadName(RecordKey key, bool wasLive, bool isLive)
    {
        var cutBefore = _names!.CutAbove(key.Name);
        RaiseName(new Selector(SelectorKind.Name, key.Name, key.Type));
        if (wasLive != isLive)
        {
            // A name that comes or goes also changes what a wildcard beside it answers below it, hence its whole subtree (RFC 4592 §2.2.1).
            var highest = isLive ? _names.Add(key) : _names.Remove(key);
            RaiseName(new Selector(SelectorKind.Subtree, highest ?? key.Name));
            RaiseName(NameFloors.Negative);
        }

        if (key.Type != "CNAME" && _records.GetValueOrDefault(key with { Type = "CNAME" }) is { IsDeleted: false })
        {
            // Of the two only the later is shown (PLANE.md 28), so what other types answered through the CNAME may have changed.
            Raise(new Selector(SelectorKind.Name, key.Name), PurgeMode.Soft);
        }

        switch (key.Type)
        {
            case "NS" or "DS" or "DNAME":
                RaiseName(new Selector(SelectorKind.Subtree, key.Name));
                RaiseName(NameFloors.Negative);
                break;
            case "CNAME":
                RaiseName(new Selector(SelectorKind.Name, key.Name));
                break;
            case "A" or "AAAA" when (cutBefore ?? _names.CutAbove(key.Name)) is { } cut:
                RaiseName(new Selector(SelectorKind.Subtree, cut));
                break;
        }

        // An asterisk that only has names below it is a wildcard too, one without data (RFC 4592 §2.2.2, §2.2.3).
        if (key.Name.LastIndexOf('*') is var asterisk and >= 0)
        {
            RaiseName(new Selector(SelectorKind.Subtree, asterisk + 1 == key.Name.Length ? NameFloors.Apex : key.Name[(asterisk + 2)..]));
        }
    }

    /// <summary>Of a change of a record; in a zone whose resolvers wait for TTLs it raises nothing.</summary>
    private void RaiseName(Selector selector)
    {
        if ((_interest & FloorInterest.Names) != 0)
        {
            Raise(selector, PurgeMode.Soft);
        }
    }

    private void Raise(Selector selector, PurgeMode mode)
    {
        if (_interest.Covers(selector.Kind))
        {
            _rises.Add(new FloorRise(selector, mode));
        }
    }
}
