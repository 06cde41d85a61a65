using System.Text.Json;
using EdgeCache.Configuration;
using EdgeCache.Hosting;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>The files of <c>config/</c> are good, and the one that claims to be the program's default is it.</summary>
public sealed class ConfigurationFilesTests
{
    private static string Folder => Path.Combine(Repository.Root, "config");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Where(f => !f.StartsWith("routes", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_OfTheConfigFolder_LoadsWithoutAViolation(string file)
    {
        var (options, violations) = ConfigurationFile.Load(Path.Combine(Folder, file));
        Assert.Empty(violations.Select(v => v.Describe(file)));
        Assert.NotNull(options);
    }

    [Fact]
    public void AllInOne_AsAFile_SaysWhatTheProgramRuns()
    {
        var (options, _) = ConfigurationFile.Load(Path.Combine(Folder, "all-in-one.json"));
        Assert.Equal(JsonSerializer.Serialize(Everything.Options("./data")), JsonSerializer.Serialize(options));
    }

    [Theory]
    [InlineData("\u00ff")]
    [InlineData("\\ud800")]
    public void File_WithTextThatIsNoUnicode_IsRefusedWithAReason(string name)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, global::System.Text.Encoding.Latin1.GetBytes($$"""{"edges":[{"name":"{{name}}"}]}"""));
            var (options, violations) = ConfigurationFile.Load(file);
            Assert.Null(options);
            Assert.Contains("Unicode", Assert.Single(violations).Describe(file), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
