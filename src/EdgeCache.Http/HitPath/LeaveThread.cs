using System.Runtime.CompilerServices;

namespace EdgeCache.Http.HitPath;

/// <summary>Awaiting it continues on the thread pool: the thread that reads sockets goes back to reading sockets (TARGETS: inline scheduling).</summary>
internal readonly struct LeaveThread : ICriticalNotifyCompletion
{
    /// <summary>Never complete: the hop is the point.</summary>
    public bool IsCompleted => false;

    /// <summary>The awaiter.</summary>
    public LeaveThread GetAwaiter() => this;

    /// <summary>Nothing to give.</summary>
    public void GetResult()
    {
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static c => c(), continuation, preferLocal: false);
}
