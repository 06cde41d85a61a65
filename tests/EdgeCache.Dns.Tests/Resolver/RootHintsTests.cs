using EdgeCache.Dns.Resolver;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Files such as named.root, good and bad.</summary>
public sealed class RootHintsTests
{
    [Fact]
    public void Read_OfAFileLikeNamedRoot_HasNamesAndBothKindsOfAddress()
    {
        RootHints hints = Read(
            """
            ; a comment
            .                        3600000      NS    A.ROOT-SERVERS.NET.
            A.ROOT-SERVERS.NET.      3600000      A     198.41.0.4
            A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30
            .                        3600000  IN  NS    B.ROOT-SERVERS.NET.
            B.ROOT-SERVERS.NET.      3600000      A     170.247.170.2
            """);
        Assert.Empty(hints.Errors);
        Assert.Equal(3, hints.Root.Hosts.Sum(h => h.Glue.Count));
    }

    [Theory]
    [InlineData(". NS a.\n", "with an address")]
    [InlineData(". NS\n", ":1:")]
    [InlineData("", "with an address")]
    public void Read_OfABadFile_SaysWhatIsWrong(string text, string expected) =>
        Assert.Contains(expected, string.Join('\n', Read(text).Errors), StringComparison.Ordinal);

    [Fact]
    public void Read_OfNoFile_IsAnErrorAndNoException() => Assert.NotEmpty(RootHints.Read("/no/such/file").Errors);

    private static RootHints Read(string text)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return RootHints.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
