using System.Text;
using EdgeCache.Http.Routes;
using Xunit;

namespace EdgeCache.Http.Tests.Routes;

public sealed class ReadmeRulesTests
{
    [Fact]
    public void Readme_RulesExample_IsReadWithoutError()
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "src", "EdgeCache.Http", "README.md"));
        var start = readme.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        var example = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];

        Assert.Empty(RouteReader.Read("README.md", Encoding.UTF8.GetBytes(example), out var table));
        Assert.Equal(2, table.Routes.Length);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeCache.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return folder.FullName;
    }
}
