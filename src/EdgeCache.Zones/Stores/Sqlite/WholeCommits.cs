using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// Commits of a whole zone: read, decided and encoded beside the writer, which then only appends one entry. The tables get its records afterwards, a slice between other commits
/// (<see cref="SqliteUnpacker"/>). Thread-safe; one at a time.
/// </summary>
internal sealed class WholeCommits(string path, SqliteWriter writer, Unpackings unpackings, TimeProvider time, string region) : IDisposable
{
    /// <summary>How often it is prepared anew because others wrote to the zone meanwhile; then the writer does all of it at once.</summary>
    private const int MaxAttempts = 3;

    /// <summary>How long the zone's change before may take to come into the tables; then the writer takes the rest at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Commits; <paramref name="after"/> runs on the writer when it is on disk.</summary>
    public async Task<CommitResult> CommitAsync(CommitRequest request, Action<LogEntry?> after, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                await UnpackedAsync(request, cancellation).ConfigureAwait(false);
                var prepared = await Task.Run(() => Prepare(request), cancellation).ConfigureAwait(false);
                if (prepared is null)
                {
                    break;
                }

                if (prepared.Decision.Entry is null)
                {
                    return prepared.Decision.Result;
                }

                if (await writer.RunAsync(s => s.Commit(prepared) ? prepared : null, done => after(done?.Decision.Entry)).ConfigureAwait(false) is not null)
                {
                    return prepared.Decision.Result;
                }
            }
        }
        finally
        {
            _turn.Release();
        }

        var (result, _) = await writer.RunAsync(s => s.Commit(request), done => after(done.Entry)).ConfigureAwait(false);
        return result;
    }

    public void Dispose() => _turn.Dispose();

    private async Task UnpackedAsync(CommitRequest request, CancellationToken cancellation)
    {
        if (await writer.RunAsync(s => s.UnpackingBefore(request)).ConfigureAwait(false) is { } found && unpackings.Find(found.Zone, found.Serial) is { } before)
        {
            await Task.WhenAny(before.Ended, Task.Delay(Patience, time, cancellation)).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the writer has to see to it.</summary>
    private PreparedCommit? Prepare(CommitRequest request)
    {
        using var connection = SqliteFile.Open(path, check: false);
        using var sql = new SqliteStatements(connection);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        SqliteZone? zone;
        OriginStamp? vector;
        var current = new Record?[request.Writes.Count];
        sql.BeginRead.Run();
        try
        {
            zone = sql.Zone.First(r => SqliteRows.ReadZone(request.Zone, r), request.Zone.Value);
            if (zone is null || sql.Unpacking.First(SqliteRows.ReadUnpacking, zone.Id) is not null || sql.Change.First(static r => r.GetString(2), zone.Id, request.ChangeId, now) is not null)
            {
                return null;
            }

            // A whole zone that comes into a store without it needs no look at each name.
            var isFirst = sql.Records.First(SqliteRows.ReadRecord, zone.Id, "", "", 1) is null;
            var pace = WholeZonePace.For(current.Length);
            for (var i = 0; i < current.Length && !isFirst; i++)
            {
                pace?.Step();
                var key = request.Writes[i].State.Key;
                current[i] = sql.Record.First(SqliteRows.ReadRecord, zone.Id, key.Name, key.Type);
            }

            vector = request.Origin is { } origin ? sql.Vector.First(SqliteRows.ReadStamp, zone.Id, origin.Region)?.Stamp : null;
        }
        finally
        {
            sql.Commit.Run();
        }

        var prepared = new PreparedCommit(request, zone.Head, zone.Policy, CommitRules.Decide(request, zone.Policy, zone.Head, current, vector, region, now));
        return prepared.IsToldByItsEntry ? prepared : null;
    }
}
