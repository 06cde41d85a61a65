using EdgeCache.Zones.Tests.Stores.Crashes;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace EdgeCache.Zones.Tests;

/// <summary>The test program, as the framework would start it, or the writer that crash tests kill.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (CrashingWriter.IsAsked)
        {
            await CrashingWriter.RunAsync();
            return 0;
        }

        return args.Any(a => a is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
