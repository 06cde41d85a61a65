using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Beyond the retained log: compares both regions record by record, by digest. What differs is merged here; what then still differs the other region lacks — it lost its tail, or
/// has not read of it yet — and is given back. Both are entries of this region's log, which all regions take: a third one may have compared with the other before it had got back
/// what it lost, and would hear of it from nobody else. The other log's head was read before, so what is written there meanwhile
/// comes with the log. A copy of the other store takes what it has and drops what it lacks instead. Until the last commit the vector stays, so an end in between only means to compare again.
/// </summary>
internal sealed class FullCompare(ZoneName zone, ReplicatorParts parts)
{
    /// <summary>States in one commit, and bytes of their values.</summary>
    private const int MaxStates = 64;

    private const int MaxBytes = 4 << 20;

    private uint? _soaSerial;

    /// <summary>Merges both ways, then moves the vector to <paramref name="to"/> and purges the zone. <paramref name="head"/>: the other log's head, read before.</summary>
    public async Task RunAsync(OriginStamp vector, OriginStamp to, RegionPage head, CancellationToken cancellation)
    {
        parts.Counters.Compared();
        var here = (await parts.ReadLocalAsync(zone, default, 0, cancellation)).SoaSerial;
        _soaSerial = SoaSerial.IsLater(head.SoaSerial, here) ? here : null;
        RecordKey? after = null;
        while (true)
        {
            var there = await parts.Within(parts.Source.DigestsAsync(zone, after, cancellation), cancellation);
            RecordKey? last = there.Count < RecordDigest.PageLength ? null : there[^1].Key;
            await MergeAsync(after, last, there.ToDictionary(d => d.Key), cancellation);
            if (last is null)
            {
                break;
            }

            after = last;
        }

        await CommitAsync(RegionCommit.Jump(zone, vector, to, parts.NewChangeId(), head.HeadNonce == 0 ? parts.NewNonce() : head.HeadNonce, parts.Options.Mirrors ? head.SoaSerial : null), cancellation);
    }

    /// <summary>Records after one key up to another (null: all that follow).</summary>
    private async Task MergeAsync(RecordKey? after, RecordKey? last, Dictionary<RecordKey, RecordDigest> there, CancellationToken cancellation)
    {
        var here = await DigestsAsync(after, last, cancellation);
        var wanted = there.Values.Where(d => !here.TryGetValue(d.Key, out var mine) || mine != d).Select(d => d.Key).ToList();
        if (wanted.Count > 0)
        {
            parts.Counters.Repair(wanted.Count);
            var states = await parts.Within(parts.Source.StatesAsync(zone, wanted, cancellation), cancellation);
            await InPartsAsync(states, parts.Options.Mirrors ? Copies : GiveBack, cancellation);
        }

        if (parts.Options.Mirrors)
        {
            await DropAsync([.. here.Keys.Where(k => !there.ContainsKey(k))], cancellation);
            return;
        }

        var back = new List<Record>();
        foreach (var key in here.Keys.Union(wanted))
        {
            var mine = await parts.Within(parts.Local.FindAsync(zone, key, cancellation), cancellation);
            if (mine is not null && !(there.TryGetValue(key, out var theirs) && theirs == RecordDigest.Of(mine)))
            {
                back.Add(mine);
            }
        }

        await InPartsAsync(back, GiveBack, cancellation);
    }

    /// <summary>What the other store has no more, not even a tombstone of, is forgotten here: a reader of either is told the same.</summary>
    private async Task DropAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellation)
    {
        var gone = new List<Record>();
        foreach (var key in keys)
        {
            if (await parts.Within(parts.Local.FindAsync(zone, key, cancellation), cancellation) is { IsDeleted: false } state)
            {
                gone.Add(state with { IsDeleted = true, Version = new RecordVersion(0, default, ""), Value = ReadOnlyMemory<byte>.Empty, Context = ReadOnlyMemory<byte>.Empty });
            }
        }

        parts.Counters.Repair(gone.Count);
        await InPartsAsync(gone, Copies, cancellation);
    }

    private CommitRequest GiveBack(IReadOnlyList<Record> states) => RegionCommit.GiveBack(zone, states, parts.NewChangeId(), parts.NewNonce());

    private CommitRequest Copies(IReadOnlyList<Record> states) => RegionCommit.Copies(zone, states, parts.NewChangeId(), parts.NewNonce(), _soaSerial);

    private async Task<Dictionary<RecordKey, RecordDigest>> DigestsAsync(RecordKey? after, RecordKey? last, CancellationToken cancellation)
    {
        var found = new Dictionary<RecordKey, RecordDigest>();
        while (true)
        {
            var page = await parts.Within(parts.Local.ListAsync(zone, after, RecordDigest.PageLength, cancellation), cancellation);
            foreach (var record in page.Where(r => last is null || RecordKeyOrder.Instance.Compare(r.Key, last.Value) <= 0))
            {
                found[record.Key] = RecordDigest.Of(record);
            }

            if (page.Count < RecordDigest.PageLength || (last is { } end && RecordKeyOrder.Instance.Compare(page[^1].Key, end) > 0))
            {
                return found;
            }

            after = page[^1].Key;
        }
    }

    private async Task InPartsAsync(IReadOnlyList<Record> states, Func<IReadOnlyList<Record>, CommitRequest> commit, CancellationToken cancellation)
    {
        var part = new List<Record>();
        var bytes = 0;
        foreach (var state in states)
        {
            if (part.Count == MaxStates || bytes + state.Value.Length + state.Context.Length > MaxBytes)
            {
                await PartAsync(part, commit, cancellation);
                (part, bytes) = ([], 0);
            }

            part.Add(state);
            bytes += state.Value.Length + state.Context.Length;
        }

        await PartAsync(part, commit, cancellation);
    }

    private async Task PartAsync(List<Record> part, Func<IReadOnlyList<Record>, CommitRequest> commit, CancellationToken cancellation)
    {
        if (part.Count == 0 || await CommitAsync(commit(part), cancellation))
        {
            return;
        }

        if (part.Count == 1)
        {
            parts.Counters.LeftOut(1);
            return;
        }

        foreach (var state in part)
        {
            await PartAsync([state], commit, cancellation);
        }
    }

    /// <summary>False when the rule of the zone can make nothing of it.</summary>
    private async Task<bool> CommitAsync(CommitRequest request, CancellationToken cancellation)
    {
        var result = await parts.Within(parts.Local.CommitAsync(request, cancellation), cancellation);
        return result.Outcome is CommitOutcome.Committed or CommitOutcome.NotPossible
            ? result.Outcome == CommitOutcome.Committed
            : throw new StoreException($"a compared state was not taken: {result.Outcome}");
    }
}
