using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>One line for what became of each query of a DNS listener.</summary>
internal sealed class QueryLogOptions
{
    /// <summary>The file, opened anew on SIGHUP; <c>-</c>: standard output.</summary>
    [Required(ErrorMessage = "a query log needs a file | a path, or - for standard output")]
    public string File { get; set; } = "-";
}
