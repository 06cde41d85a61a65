using System.CommandLine;

namespace EdgeCache.Load.CommandLine;

/// <summary>What an option takes, said when it is given something else.</summary>
internal static class AllowedValues
{
    /// <summary>Refuses what is not <paramref name="good"/>, naming the value and what is <paramref name="allowed"/>.</summary>
    public static void Allow(this Option option, Func<string, bool> good, string allowed) => option.Validators.Add(result =>
    {
        foreach (var bad in result.Tokens.Where(t => !good(t.Value)))
        {
            result.AddError($"{option.Name} '{bad.Value}' is not allowed; allowed: {allowed}");
        }
    });
}
