using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>--memory SIZE</c>.</summary>
internal sealed class MemoryOption : Option<string>
{
    public MemoryOption(string description, string size)
        : base("--memory")
    {
        Description = description;
        HelpName = "SIZE";
        DefaultValueFactory = _ => size;
        Validators.Add(static result =>
        {
            if (!ByteSize.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError($"--memory '{result.GetValueOrDefault<string>()}' is not a size; allowed: {ByteSize.Allowed}");
            }
        });
    }

    /// <summary>What was asked for.</summary>
    public ByteSize In(ParseResult parsed) => ByteSize.TryParse(parsed.GetValue(this), out var size) ? size : default;
}
