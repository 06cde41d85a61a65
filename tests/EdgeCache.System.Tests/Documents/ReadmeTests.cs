using Xunit;

namespace EdgeCache.System.Tests.Documents;

/// <summary>The README's commands are typed as they stand there, and show what it says.</summary>
[Collection("default ports")]
public sealed class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-readme-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Walks_BesideAllInOne_ShowWhatTheReadmeSays()
    {
        SkipWithout("curl", "dig");
        await using var program = await ServedProgram.StartAsync(_folder, "Try:");
        await RunAsync("all-in-one");
    }

    [Fact]
    public async Task Walks_WithRedis_ShowWhatTheReadmeSays()
    {
        SkipWithout("curl", "dig", "redis-server");
        await RunAsync("redis");
    }

    [Fact]
    public async Task Chapters_OfTheConcepts_AreShownByTheirCommands()
    {
        SkipWithout("curl");
        await RunDocumentAsync("src/EdgeCache/docs/concepts.md");
    }

    [Fact]
    public async Task Tasks_OfTheHowTo_AreDoneByTheirCommands()
    {
        SkipWithout("curl", "dig");
        await RunDocumentAsync("src/EdgeCache/docs/how-to.md");
    }

    [Fact]
    public void Blocks_OfTheReadme_AreAllRun() => Assert.All(Blocks(), b => Assert.Contains(b.Setting, new[] { "all-in-one", "redis" }));

    private async Task RunAsync(string setting)
    {
        await using var session = new ConsoleSession(_folder);
        var blocks = Blocks().Where(b => b.Setting == setting).ToList();
        Assert.NotEmpty(blocks);
        foreach (var block in blocks)
        {
            await session.RunAsync(block);
        }
    }

    /// <summary>Beside the all-in-one program, from top to bottom.</summary>
    private async Task RunDocumentAsync(string path)
    {
        await using var program = await ServedProgram.StartAsync(_folder, "Try:");
        await using var session = new ConsoleSession(_folder);
        var blocks = ConsoleBlock.Read(File.ReadAllLines(Path.Combine(Repository.Root, path)));
        Assert.NotEmpty(blocks);
        foreach (var block in blocks)
        {
            await session.RunAsync(block);
        }
    }

    private static IReadOnlyList<ConsoleBlock> Blocks() => ConsoleBlock.Read(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")));

    private static void SkipWithout(params string[] programs)
    {
        foreach (var program in programs)
        {
            Assert.SkipUnless(Repository.OnPath(program), $"{program} is not on PATH");
        }
    }
}
