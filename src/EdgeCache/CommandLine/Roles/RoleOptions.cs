using System.CommandLine;
using EdgeCache.Configuration;
using EdgeCache.Zones.Stores.Redis;

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

    public Option<string?> Redis { get; } = new("--redis") { Description = "Redis or Valkey server shared by all nodes; rediss://[USER@]HOST:PORT for TLS", HelpName = "HOST:PORT" };

    public Option<string?> RedisPasswordFile { get; } = new("--redis-password-file")
    {
        Description = $"File whose first line is the password of Redis (or set {StoreOptions.RedisPasswordVariable})",
        HelpName = "FILE",
    };

    public Option<string?> RedisAuthorityFile { get; } = new("--redis-ca") { Description = "File (PEM) with the authority that signed the certificate of Redis", HelpName = "FILE" };

    public Option<RedisDurability> RedisDurability { get; } = new("--redis-durability") { Description = "What an acknowledged change survives: memory, replicated or fsync", HelpName = "LEVEL" };

    public Option<string?> Name { get; } = new("--name") { Description = "The node's name, unique in the deployment", HelpName = "NAME" };

    public Option<string?> SessionKeyFile { get; } = new("--session-key-file")
    {
        Description = "File whose first line signs session tokens, the same on all nodes (default: keys kept in the store)",
        HelpName = "FILE",
    };

    public Option<string?> Region { get; } = new("--region") { Description = "The region of the store, where there is more than one", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(Name);
        command.Options.Add(Admin);
        command.Options.Add(TokenFile);
        command.Options.Add(Redis);
        command.Options.Add(RedisPasswordFile);
        command.Options.Add(RedisAuthorityFile);
        command.Options.Add(RedisDurability);
        command.Options.Add(SessionKeyFile);
        command.Options.Add(Region);
    }

    /// <summary>The admin listener asked for; null when none was.</summary>
    public AdminOptions? AdminOf(ParseResult parsed) =>
        parsed.GetValue(Admin) is { } listen ? new AdminOptions { Listen = listen, TokenFile = parsed.GetValue(TokenFile) } : null;

    /// <summary>The store asked for; <paramref name="data"/>: the folder of the embedded one, where a role has it.</summary>
    public StoreOptions StoreOf(ParseResult parsed, string? data = null, string? region = null) => new()
    {
        Data = data,
        Redis = parsed.GetValue(Redis),
        RedisPasswordFile = parsed.GetValue(RedisPasswordFile),
        RedisAuthorityFile = parsed.GetValue(RedisAuthorityFile),
        RedisDurability = parsed.GetValue(RedisDurability),
        SessionKeyFile = parsed.GetValue(SessionKeyFile),
        Region = region ?? parsed.GetValue(Region) ?? "",
    };

    /// <summary>A list that takes <c>--flag a --flag b</c> and <c>--flag a,b</c>.</summary>
    public static List<string> Split(string[]? values) => [.. (values ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
