namespace EdgeCache.Http.Routes;

/// <summary>What is wrong with a request target; each is answered 400, <see cref="TooLong"/> 414.</summary>
internal enum TargetProblem : byte
{
    /// <summary>Nothing.</summary>
    None,
    MissingHost,
    MalformedHost,
    MalformedPath,
    MalformedQuery,
    TooLong,
}

/// <summary>The words for <see cref="TargetProblem"/>, for log and metric.</summary>
internal static class TargetProblemText
{
    /// <summary>The word.</summary>
    public static string Text(this TargetProblem problem) => problem switch
    {
        TargetProblem.None => "none",
        TargetProblem.MissingHost => "missing-host",
        TargetProblem.MalformedHost => "malformed-host",
        TargetProblem.MalformedPath => "malformed-path",
        TargetProblem.MalformedQuery => "malformed-query",
        _ => "target-too-long",
    };
}
