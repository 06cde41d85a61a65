using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary>Flags that several roles share. A new set for each command: an option object belongs to one.</summary>
internal sealed class RoleOptions
{
    public Option<string?> Admin { get; } = new("--admin") { Description = "Admin listener", HelpName = "URL" };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = $"File whose first line is the admin token (or set {AdminOptions.TokenVariable})",
        HelpName = "FILE",
    };

    public Option<string?> Redis { get; } = new("--redis") { Description = "Redis or Valkey server shared by all nodes", HelpName = "HOST:PORT" };

    public Option<string?> Name { get; } = new("--name") { Description = "The node's name, unique in the deployment", HelpName = "NAME" };

    public Option<string?> SessionKeyFile { get; } = new("--session-key-file")
    {
        Description = "File whose first line signs session tokens, the same on all nodes (default: keys kept in the store)",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Name);
        command.Options.Add(Admin);
        command.Options.Add(TokenFile);
        command.Options.Add(Redis);
        command.Options.Add(SessionKeyFile);
    }

    /// <summary>The admin listener asked for; null when none was.</summary>
    public AdminOptions? AdminOf(ParseResult parsed) =>
        parsed.GetValue(Admin) is { } listen ? new AdminOptions { Listen = listen, TokenFile = parsed.GetValue(TokenFile) } : null;

    /// <summary>A list that takes <c>--flag a --flag b</c> and <c>--flag a,b</c>.</summary>
    public static List<string> Split(string[]? values) => [.. (values ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
