using Xunit;

namespace EdgeCache.System.Tests.Documents;

/// <summary>The reference says what the code does, no more and no less.</summary>
public sealed class ReferenceTests
{
    private static readonly string File = Path.Combine(Repository.Root, "src/EdgeCache/docs/reference.md");

    [Fact]
    public void Reference_IsAsTheCodeIs()
    {
        var made = ReferenceText.Make();
        if (Environment.GetEnvironmentVariable("EDGECACHE_WRITE_DOCS") == "1")
        {
            global::System.IO.File.WriteAllText(File, made);
        }

        Assert.Equal(made, global::System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Fields_OfTheCode_AreAllInTheReference() => Assert.Empty(ReferenceText.UnknownFields());

    [Fact]
    public void Links_BetweenDocuments_LeadSomewhere()
    {
        var folder = Path.Combine(Repository.Root, "src/EdgeCache");
        foreach (var document in Directory.EnumerateFiles(Path.Combine(folder, "docs"), "*.md").Append(Path.Combine(folder, "README.md")))
        {
            foreach (global::System.Text.RegularExpressions.Match link in global::System.Text.RegularExpressions.Regex.Matches(global::System.IO.File.ReadAllText(document), @"\]\(([^)#:]+)\)"))
            {
                Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)), $"{document}: {link.Groups[1].Value}");
            }
        }
    }

    [Fact]
    public void ThreatModel_NamesTestsThatExist()
    {
        var text = global::System.IO.File.ReadAllText(Path.Combine(Repository.Root, "src/EdgeCache/docs/threat-model.md"));
        var tests = global::System.Text.RegularExpressions.Regex.Matches(text, @"`(tests/[A-Za-z0-9_./]+\.cs)`").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(tests);
        Assert.All(tests, t => Assert.True(Path.Exists(Path.Combine(Repository.Root, t)), t));
    }
}
