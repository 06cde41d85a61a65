using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary>The flags of an origin that follows other regions, or a primary.</summary>
internal sealed class RegionFlags
{
    private readonly Option<string[]> _from = new("--replicate-from") { Description = "Admin API of an origin in another region; both take writes", HelpName = "URL" };
    private readonly Option<string?> _of = new("--replica-of") { Description = "Admin API of the primary: this origin is a read replica", HelpName = "URL" };
    private readonly Option<string> _writes = new("--replica-writes") { Description = "What a replica does with writes: refuse or forward", DefaultValueFactory = _ => "refuse" };
    private readonly DurationOption _delay = new("--replication-delay", "Each change waits so long before it is taken over", unlessGiven: "0s");
    private readonly DurationOption _window = new("--replication-window", "Changes are taken over together once in so long", unlessGiven: "0s");
    private readonly Option<string?> _token = new("--peer-token-file") { Description = "File whose first line is the admin token there", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        _writes.AcceptOnlyFromAmong("refuse", "forward");
        foreach (var option in new Option[] { _from, _of, _writes, _delay, _window, _token })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The region named, or one made of the replica's name: a replica and its primary are two regions.</summary>
    public static string RegionOf(ParseResult parsed, RoleOptions shared, RegionFlags flags)
    {
        const int longest = 32;
        var made = $"replica-{NodeName.For(parsed.GetValue(shared.Name) ?? "origin", [])}";
        return parsed.GetValue(shared.Region) ?? (parsed.GetValue(flags._of) is null ? "" : made[..Math.Min(longest, made.Length)]);
    }

    public List<ReplicationOptions> ReplicateOf(ParseResult parsed) => [.. RoleOptions.Split(parsed.GetValue(_from)).Select(url => new ReplicationOptions
    {
        From = url,
        TokenFile = parsed.GetValue(_token),
        Delay = _delay.In(parsed) ?? TimeSpan.Zero,
        Window = _window.In(parsed) ?? TimeSpan.Zero,
    })];

    public ReplicaOptions? ReplicaOf(ParseResult parsed) => parsed.GetValue(_of) is not { } url ? null : new ReplicaOptions
    {
        Of = url,
        TokenFile = parsed.GetValue(_token),
        Delay = _delay.In(parsed) ?? TimeSpan.Zero,
        Writes = parsed.GetValue(_writes) == "forward" ? ReplicaWrites.Forward : ReplicaWrites.Refuse,
    };
}
