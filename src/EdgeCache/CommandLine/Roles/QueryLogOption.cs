using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>--query-log FILE</c>.</summary>
internal sealed class QueryLogOption : Option<string?>
{
    public QueryLogOption()
        : base("--query-log")
    {
        Description = "One line for each DNS query, opened anew on SIGHUP; - for standard output";
        HelpName = "FILE";
    }

    /// <summary>What was asked for; null when none was.</summary>
    public QueryLogOptions? In(ParseResult parsed) => parsed.GetValue(this) is { } file ? new QueryLogOptions { File = file } : null;
}
