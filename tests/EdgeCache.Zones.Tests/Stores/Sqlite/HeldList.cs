using System.Collections;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Tests.Stores.Sqlite;

/// <summary>Writes of which the last is given away only when it may: whoever reads them stands still there.</summary>
internal sealed class HeldList(IReadOnlyList<RecordWrite> writes) : IReadOnlyList<RecordWrite>, IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _released = new();

    /// <summary>Completes when somebody stands there.</summary>
    public Task Reached => _reached.Task;

    public int Count => writes.Count;

    public RecordWrite this[int index]
    {
        get
        {
            if (index == writes.Count - 1)
            {
                _reached.TrySetResult();
                _released.Wait();
            }

            return writes[index];
        }
    }

    public void Release() => _released.Set();

    public IEnumerator<RecordWrite> GetEnumerator() => writes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Release();
        _released.Dispose();
    }
}
