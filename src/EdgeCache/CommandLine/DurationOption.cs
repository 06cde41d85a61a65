using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine;

/// <summary>An option that is a time, such as <c>--timeout 2s</c>, refused by name when it is none.</summary>
internal sealed class DurationOption : Option<string?>
{
    public DurationOption(string name, string description, string? unlessGiven = null)
        : base(name)
    {
        Description = description;
        HelpName = "TIME";
        if (unlessGiven is not null)
        {
            DefaultValueFactory = _ => unlessGiven;
        }

        Validators.Add(result =>
        {
            if (!DurationText.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError($"{name} '{result.GetValueOrDefault<string>()}' is not a duration; allowed: {DurationText.Allowed}");
            }
        });
    }

    /// <summary>The time, or null where none was given and none stands in for it.</summary>
    public TimeSpan? In(ParseResult parsed) => DurationText.TryParse(parsed.GetValue(this), out var time) ? time : null;
}
