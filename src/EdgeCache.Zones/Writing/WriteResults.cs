using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>From a store's answer to a writer's.</summary>
internal static class WriteResults
{
    public static WriteResult From(CommitResult result, HybridTimestamp clock) => result.Outcome switch
    {
        CommitOutcome.Committed or CommitOutcome.AppliedNotDurable => new WriteResult
        {
            Outcome = result.Outcome == CommitOutcome.AppliedNotDurable ? WriteOutcome.AppliedNotDurable
                : result.Losers.Count > 0 && result.Losers.All(l => l is not null) ? WriteOutcome.Superseded
                : WriteOutcome.Committed,
            Error = result.Outcome == CommitOutcome.AppliedNotDurable
                ? "applied, but not as durable as configured yet: repeat it with the same change id to make sure" : null,
            Position = result.Position,
            Clock = result.WasRepeat && result.Written.Count > 0 ? result.Written[0].Version.Clock : clock,
            Written = result.Written,
            Losers = result.Losers,
            WasRepeat = result.WasRepeat,
            WasCreated = result.Created.Count > 0 && result.Created[0],
        },
        CommitOutcome.UnknownZone => WriteResult.Refused(WriteOutcome.UnknownZone, "there is no such zone"),
        CommitOutcome.NotPossible => WriteResult.Refused(WriteOutcome.NotPossible, result.Error ?? "") with { Current = result.Current },
        CommitOutcome.ChangeIdReused => WriteResult.Refused(WriteOutcome.ChangeIdReused, "the change id was used for another change within ten minutes"),
        CommitOutcome.StoreLost => WriteResult.Refused(WriteOutcome.StoreLost, "the log of the zone is gone; 'zone restore' opens a new epoch"),
        _ => WriteResult.Refused(WriteOutcome.PreconditionFailed, "the record is not in the state asked for") with { Current = result.Current },
    };
}
