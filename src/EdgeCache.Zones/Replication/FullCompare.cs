using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Beyond the retained log: compares both regions record by record, by digest, and merges what differs. The head was read before, so what is written there meanwhile comes with the
/// log. Until the last commit the vector stays, so an end in between only means to compare again.
/// </summary>
internal sealed class FullCompare(ZoneName zone, ReplicatorParts parts)
{
    /// <summary>States in one commit, and bytes of their values.</summary>
    private const int MaxStates = 64;

    private const int MaxBytes = 4 << 20;

    /// <summary>Merges, then moves the vector to <paramref name="to"/> and purges the zone. <paramref name="nonce"/>: of the entry there.</summary>
    public async Task RunAsync(OriginStamp vector, OriginStamp to, ulong nonce, CancellationToken cancellation)
    {
        parts.Counters.Compared();
        RecordKey? after = null;
        while (true)
        {
            var page = await parts.Within(parts.Source.DigestsAsync(zone, after, cancellation), cancellation);
            var differing = new List<RecordKey>();
            foreach (var there in page)
            {
                var here = await parts.Within(parts.Local.FindAsync(zone, there.Key, cancellation), cancellation);
                if (here is null || RecordDigest.Of(here) != there)
                {
                    differing.Add(there.Key);
                }
            }

            await MergeAsync(differing, vector, cancellation);
            if (page.Count < RecordDigest.PageLength)
            {
                break;
            }

            after = page[^1].Key;
        }

        await CommitAsync([], vector, to, nonce, cancellation);
    }

    private async Task MergeAsync(List<RecordKey> keys, OriginStamp vector, CancellationToken cancellation)
    {
        if (keys.Count == 0)
        {
            return;
        }

        parts.Counters.Repair(keys.Count);
        var batch = new List<Record>();
        var bytes = 0;
        foreach (var state in await parts.Within(parts.Source.StatesAsync(zone, keys, cancellation), cancellation))
        {
            if (batch.Count == MaxStates || bytes + state.Value.Length > MaxBytes)
            {
                await CommitAsync(batch, vector, vector, 0, cancellation);
                (batch, bytes) = ([], 0);
            }

            batch.Add(state);
            bytes += state.Value.Length + state.Context.Length;
        }

        await CommitAsync(batch, vector, vector, 0, cancellation);
    }

    private async Task CommitAsync(List<Record> states, OriginStamp vector, OriginStamp to, ulong nonce, CancellationToken cancellation)
    {
        if (states.Count == 0 && to == vector)
        {
            return;
        }

        var request = RegionCommit.Of(zone, states, vector, to, parts.NewChangeId(), nonce == 0 ? parts.NewNonce() : nonce);
        var result = await parts.Within(parts.Local.CommitAsync(request, cancellation), cancellation);
        if (result.Outcome == CommitOutcome.NotPossible && states.Count > 1)
        {
            foreach (var state in states)
            {
                await CommitAsync([state], vector, to, nonce, cancellation);
            }
        }
        else if (result.Outcome == CommitOutcome.NotPossible)
        {
            parts.Counters.LeftOut(1);
        }
        else if (result.Outcome != CommitOutcome.Committed)
        {
            throw new StoreException($"a compared state was not taken: {result.Outcome}");
        }
    }
}
