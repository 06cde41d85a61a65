using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary>Names for nodes that were given none: unique by machine and port, equal after a restart.</summary>
internal static class NodeName
{
    public static string For(string role, List<string> addresses)
    {
        var machine = new string([.. Environment.MachineName.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(32)]);
        var port = addresses.Count > 0 ? addresses[0][(addresses[0].LastIndexOf(':') + 1)..].TrimEnd('/') : "";
        return string.Join('-', new[] { role, machine, port }.Where(p => p.Length > 0 && p.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')));
    }
}
