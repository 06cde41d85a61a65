using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// The one thread that writes: whatever waits becomes one transaction (group commit). When one piece of work fails, the group is done again with each in a savepoint of its own, so that
/// a failure does not undo its neighbours (PLANE.md 31): a savepoint for each, always, would copy every page that is written once more. Answers and hints go out after COMMIT, in
/// commit order.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxGroup = 256;
    private readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SqliteSession _session;
    private readonly HighWaterFile _highWater;
    private readonly Thread _thread;
    private volatile bool _stops;

    public SqliteWriter(SqliteSession session, HighWaterFile highWater)
    {
        _session = session;
        _highWater = highWater;
        _thread = new Thread(Run) { IsBackground = true, Name = "edgecache-sqlite" };
        _thread.Start();
    }

    /// <summary>Runs work inside the next transaction; completes after it is on disk. <paramref name="after"/> runs on the writer just before.</summary>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> work, Action<T>? after = null) => Queue(new Work<T>(work, after));

    /// <summary>The same for work that changes zones themselves and not by a commit: what is only noted of them is saved before its savepoint, so that it outlasts its failure.</summary>
    public Task<T> ChangeZonesAsync<T>(Func<SqliteSession, T> work) => Queue(new Work<T>(work, null) { ChangesZones = true });

    private Task<T> Queue<T>(Work<T> item)
    {
        return _queue.Writer.TryWrite(item) ? item.Task : Task.FromException<T>(new StoreException("the store is closed"));
    }

    /// <summary>Finishes what waits, then stops.</summary>
    public void Dispose()
    {
        _stops = true;
        _queue.Writer.TryComplete();
        _thread.Join();
        _session.Dispose();
    }

    private void Run()
    {
        var group = new List<Work>(MaxGroup);
        do
        {
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
            }

            if (group.Count > 0)
            {
                RunGroup(group);
                group.Clear();
            }

            // Between two groups one slice, and more while nobody waits.
            while (!_stops && _session.IsUnpacking && TryUnpack() && !_queue.Reader.TryPeek(out _))
            {
            }
        }
        while (WaitForWork());
    }

    /// <summary>Brings a slice of a whole zone's change into the tables; when that fails it is tried again after the next group.</summary>
    private bool TryUnpack()
    {
        try
        {
            _session.Sql.Begin.Run();
            _session.Unpack();
            _session.Sql.Commit.Run();
            _session.Settle();
            return true;
        }
        catch (Exception fault) when (fault is SqliteException or StoreException)
        {
            // Nobody waits for it alone, and those who write are told why they cannot.
            Recover();
            return false;
        }
    }

    // A thread of its own, so blocking is what it is for.
    private bool WaitForWork() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void RunGroup(List<Work> group)
    {
        try
        {
            if (!TryTogether(group))
            {
                Recover();
                _session.Sql.Begin.Run();
                foreach (var work in group)
                {
                    RunOne(work);
                }
            }

            _session.Save();
            _session.Sql.Commit.Run();
            _session.Settle();
            _highWater.Write(_session.Sequence);
        }
#pragma warning disable CA1031 // the writer's catch-all: whoever waits is told, and the thread goes on
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Recover();
            foreach (var work in group)
            {
                work.Fail(fault as StoreException ?? new StoreException($"the store could not write: {fault.Message}", fault));
            }

            return;
        }

        foreach (var work in group)
        {
            work.Finish();
        }
    }

    /// <summary>All of a group without savepoints; false, with nothing told to anybody, when one fails. Work can be done twice: what it did is undone before.</summary>
    private bool TryTogether(List<Work> group)
    {
        _session.Sql.Begin.Run();
        try
        {
            foreach (var work in group)
            {
                if (work.ChangesZones)
                {
                    _session.Save();
                }

                work.Do(_session);
            }

            return true;
        }
        catch (Exception fault) when (fault is SqliteException or StoreException)
        {
            return false;
        }
    }

    private void RunOne(Work work)
    {
        if (work.ChangesZones)
        {
            _session.Save();
        }

        _session.Sql.Savepoint.Run();
        try
        {
            work.Do(_session);
            _session.Sql.Release.Run();
        }
        catch (Exception fault) when (fault is SqliteException or StoreException)
        {
            Undo(fault);
            _session.Save();
            _session.Forget();
            work.Fail(fault as StoreException ?? new StoreException($"the store could not write: {fault.Message}", fault));
        }
    }

    /// <summary>Takes back one piece of work. Where SQLite has taken back the whole group by itself, as on a full disk, the group has failed, and of <paramref name="cause"/>.</summary>
    private void Undo(Exception cause)
    {
        try
        {
            _session.Sql.Undo.Run();
            _session.Sql.Release.Run();
        }
        catch (SqliteException)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    private void Recover()
    {
        try
        {
            _session.Sql.Rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite had rolled back by itself.
        }

        try
        {
            _session.Forget();
        }
        catch (SqliteException)
        {
            // Still broken: the next group fails as well and says so.
        }
    }

    private abstract class Work
    {
        public bool ChangesZones { get; init; }

        public abstract void Do(SqliteSession session);

        public abstract void Finish();

        public abstract void Fail(StoreException fault);
    }

    private sealed class Work<T>(Func<SqliteSession, T> work, Action<T>? after) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _done.Task;

        public override void Do(SqliteSession session) => _result = work(session);

        public override void Finish()
        {
            if (_done.Task.IsCompleted)
            {
                return;
            }

            after?.Invoke(_result!); // set by Do: a failed one is completed already
            _done.TrySetResult(_result!);
        }

        public override void Fail(StoreException fault) => _done.TrySetException(fault);
    }
}
