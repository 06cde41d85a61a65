using System.ComponentModel.DataAnnotations;
using EdgeCache.Http.AccessLog;

namespace EdgeCache.Configuration;

/// <summary>One line for each answer of an edge.</summary>
internal sealed class AccessLogOptions
{
    /// <summary>The file, opened anew on SIGHUP; <c>-</c>: standard output.</summary>
    [Required(ErrorMessage = "an access log needs a file | a path, or - for standard output")]
    public string File { get; set; } = "-";

    /// <summary>The combined format of web servers with what a cache adds, or one JSON object a line.</summary>
    public AccessLogFormat Format { get; set; }
}
