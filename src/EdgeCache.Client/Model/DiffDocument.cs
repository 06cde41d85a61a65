namespace EdgeCache.Client.Model;

/// <summary>What changed between two versions of a record.</summary>
public sealed record DiffDocument
{
    /// <summary>The older version.</summary>
    public required RecordDocument From { get; init; }

    /// <summary>The newer version.</summary>
    public required RecordDocument To { get; init; }

    /// <summary>Line by line: <c>- </c> gone, <c>+ </c> new, two spaces before what stayed.</summary>
    public required IReadOnlyList<string> Lines { get; init; }
}
