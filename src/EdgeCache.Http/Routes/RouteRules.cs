namespace EdgeCache.Http.Routes;

/// <summary>
/// The routes in force: one immutable table behind a volatile reference. A text that does not read without error leaves the last good table in place (and says so),
/// a good one is swapped in as a whole. Thread-safe.
/// </summary>
internal sealed class RouteRules
{
    private volatile RouteTable _table;

    /// <summary>Starts with a table.</summary>
    public RouteRules(RouteTable? table = null) => _table = table ?? RouteTable.Empty;

    /// <summary>The table in force.</summary>
    public RouteTable Table => _table;

    /// <summary>Reads a rules file's text; on error nothing changes.</summary>
    public IReadOnlyList<RouteError> Replace(string file, ReadOnlySpan<byte> json)
    {
        var errors = RouteReader.Read(file, json, out var table);
        if (errors.Count == 0)
        {
            _table = table;
        }

        return errors;
    }
}
