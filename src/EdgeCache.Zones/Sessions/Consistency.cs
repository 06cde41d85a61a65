using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeCache.Zones.Sessions;

/// <summary>How old an answer may be, as the reader asks.</summary>
public enum ConsistencyLevel
{
    /// <summary>Whatever this node has.</summary>
    Eventual,

    /// <summary>Known to be right at most so long ago.</summary>
    BoundedTime,

    /// <summary>At most so many versions behind.</summary>
    BoundedVersions,

    /// <summary>The reader's own writes, and never older than what it has read.</summary>
    Session,

    /// <summary>Session, with what the things read depended on.</summary>
    Causal,

    /// <summary>The newest there is.</summary>
    Strong,
}

/// <summary>A level with its bound, and how long the reader will wait for it. <c>default</c> is <c>eventual</c> without waiting.</summary>
public readonly record struct Consistency(ConsistencyLevel Level, TimeSpan Age, int Versions, TimeSpan Wait)
{
    /// <summary>Longest wait a reader may ask for.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    /// <summary>Wait when none is named.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest text, characters.</summary>
    public const int MaxLength = 64;

    private const int MaxAgeSeconds = 604_800;
    private const int MaxVersions = 1_000_000;

    /// <summary>What is meant when nothing is said.</summary>
    public static Consistency Eventual { get; } = new(ConsistencyLevel.Eventual, TimeSpan.Zero, 0, DefaultWait);

    /// <summary>The form <see cref="TryParse"/> reads.</summary>
    public string ToText()
    {
        var level = Level switch
        {
            ConsistencyLevel.BoundedTime => string.Create(CultureInfo.InvariantCulture, $"bounded;t={Age.TotalSeconds}"),
            ConsistencyLevel.BoundedVersions => string.Create(CultureInfo.InvariantCulture, $"bounded;k={Versions}"),
            ConsistencyLevel.Eventual => "eventual",
            ConsistencyLevel.Session => "session",
            ConsistencyLevel.Causal => "causal",
            _ => "strong",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{level};wait={Wait.TotalMilliseconds:0}");
    }

    /// <summary>Reads <c>eventual</c>, <c>bounded;t=2</c>, <c>bounded;k=1</c>, <c>session</c>, <c>causal</c> or <c>strong</c>, each with <c>;wait=500</c> (milliseconds).</summary>
    public static bool TryParse(string? text, out Consistency consistency, [NotNullWhen(false)] out string? error)
    {
        consistency = Eventual;
        error = null;
        if (text is null)
        {
            return true;
        }

        if (text.Length > MaxLength)
        {
            error = $"Edge-Consistency has at most {MaxLength} characters";
            return false;
        }

        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts[1..])
        {
            if (part.Split('=') is not [var name, var value] || !parameters.TryAdd(name, value))
            {
                error = $"'{part}' is not a parameter such as t=2, named once";
                return false;
            }
        }

        return TryReadWait(parameters, out var wait, out error) && TryReadLevel(parts[0], parameters, wait, out consistency, out error);
    }

    private static bool TryReadWait(Dictionary<string, string> parameters, out TimeSpan wait, [NotNullWhen(false)] out string? error)
    {
        wait = DefaultWait;
        error = null;
        if (!parameters.Remove("wait", out var text))
        {
            return true;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds > MaxWait.TotalMilliseconds)
        {
            error = $"wait is 0 to {MaxWait.TotalMilliseconds:0} milliseconds, not '{text}'";
            return false;
        }

        wait = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    private static bool TryReadLevel(
        string level, Dictionary<string, string> parameters, TimeSpan wait, out Consistency consistency, [NotNullWhen(false)] out string? error)
    {
        consistency = Eventual;
        error = null;
        switch (level)
        {
            case "eventual" or "session" or "causal" or "strong" when parameters.Count == 0:
                consistency = new Consistency(Enum.Parse<ConsistencyLevel>(level, ignoreCase: true), TimeSpan.Zero, 0, wait);
                return true;
            case "bounded" when parameters.Count == 1 && parameters.TryGetValue("t", out var age)
                && decimal.TryParse(age, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxAgeSeconds:
                consistency = new Consistency(ConsistencyLevel.BoundedTime, TimeSpan.FromSeconds((double)seconds), 0, wait);
                return true;
            case "bounded" when parameters.Count == 1 && parameters.TryGetValue("k", out var count)
                && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var versions) && versions <= MaxVersions:
                consistency = new Consistency(ConsistencyLevel.BoundedVersions, TimeSpan.Zero, versions, wait);
                return true;
            default:
                error = "a consistency is eventual, bounded;t=<seconds>, bounded;k=<versions>, session, causal or strong, each with ;wait=<milliseconds>";
                return false;
        }
    }
}
