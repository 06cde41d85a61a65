using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Stores;

/// <summary>What one write of a commit comes to: either it refuses the whole commit, or it has its part of the log's entry and of what is kept.</summary>
internal readonly record struct WriteDecision
{
    private WriteDecision(CommitResult? refusal) => Refusal = refusal;

    public WriteDecision(RecordChange change, RecordKeeping keeping, bool isCreated) => (Change, Keeping, IsCreated) = (change, keeping, isCreated);

    /// <summary>Why nothing at all is to be committed; else null.</summary>
    public CommitResult? Refusal { get; }

    /// <summary>For the log and the answer; null only with a refusal.</summary>
    public RecordChange? Change { get; }

    /// <summary>For the store.</summary>
    public RecordKeeping Keeping { get; }

    /// <summary>There was no value before, and now there is.</summary>
    public bool IsCreated { get; }

    /// <summary>Refuses the commit.</summary>
    public static WriteDecision Refuse(CommitResult why) => new(why);
}
