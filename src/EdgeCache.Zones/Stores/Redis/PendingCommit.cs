namespace EdgeCache.Zones.Stores.Redis;

/// <summary>A commit that waits for its turn.</summary>
internal sealed class PendingCommit(CommitRequest request)
{
    public CommitRequest Request => request;

    public TaskCompletionSource<CommitResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Rough size, bytes: bounds a batch.</summary>
    public int Size => request.Writes.Sum(w => w.State.Value.Length) + request.Purges.Sum(p => p.Selectors.Count * 64) + 256;
}
