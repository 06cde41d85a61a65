using System.Reflection;
using System.Reflection.Emit;
using EdgeCache.Load.Bench;
using Xunit;

namespace EdgeCache.Load.Tests.Bench;

public sealed class ResultsFileTests
{
    [Theory]
    [InlineData("1.0.0+0123456789abcdef0123456789abcdef01234567", "0123456")]
    [InlineData("1.0.0", null)]
    [InlineData("1.0.0+ci", null)]
    public void BuiltFrom_IsTheCommitThatTheBuildWroteDown(string version, string? commit)
    {
        var attribute = new CustomAttributeBuilder(typeof(AssemblyInformationalVersionAttribute).GetConstructor([typeof(string)])!, [version]); // not null: it has this constructor
        var built = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Built"), AssemblyBuilderAccess.Run, [attribute]);
        Assert.Equal(commit, ResultsFile.BuiltFrom(built));
    }

    [Fact]
    public void BuiltFrom_AnAssemblyThatSaysNothing_IsNothing() =>
        Assert.Null(ResultsFile.BuiltFrom(AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Plain"), AssemblyBuilderAccess.Run)));
}
