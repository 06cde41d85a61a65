namespace EdgeCache.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>The call or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Not done within the time given.</summary>
    public const int TimedOut = 3;
}
