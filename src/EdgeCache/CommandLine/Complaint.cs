namespace EdgeCache.CommandLine;

/// <summary>How a verb says that it failed: a line on standard error; with <c>--json</c> also an object on standard output, which then is one JSON document whatever happens.</summary>
internal static class Complaint
{
    /// <summary>Says it and hands back <paramref name="exit"/>; <paramref name="next"/> is what to do about it.</summary>
    public static async Task<int> SayAsync(int exit, string error, bool json, string? next = null)
    {
        await Console.Error.WriteLineAsync($"edgecache: {error}{(next is null ? "" : $"\n{next}")}").ConfigureAwait(false);
        if (json)
        {
            Verbs.AdminCall.PrintJson(new { error, next, exit });
        }

        return exit;
    }
}
