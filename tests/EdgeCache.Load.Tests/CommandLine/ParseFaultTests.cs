using System.CommandLine;
using EdgeCache.Load.CommandLine;
using Xunit;

namespace EdgeCache.Load.Tests.CommandLine;

public sealed class ParseFaultTests
{
    [Theory]
    [InlineData("zone list", "")]
    [InlineData("zone", "'zone' needs a verb; allowed: list, show")]
    [InlineData("zone lst", "'lst' is no verb of 'zone'; did you mean list?")]
    [InlineData("zone get shop.test", "'get' is no verb of 'zone'; allowed: list, show")]
    [InlineData("zoen list", "'zoen' is no verb of this program; did you mean zone?")]
    [InlineData("zone list --levle high", "'--levle' is no option of 'list'; did you mean --level?")]
    [InlineData("zone list --depth 3 --level", "'--depth' is no option of 'list' | --level needs a value")]
    [InlineData("zone list --level middle", "--level 'middle' is not known; allowed: low, high")]
    [InlineData("zone list --count many", "--count 'many' is not a whole number, or too large")]
    [InlineData("zone list a b", "'a' is one word too many | 'b' is one word too many")]
    [InlineData("zone show", "--token is missing | <zone> is missing")]
    [InlineData("zone list --fille x", "'--fille' is no option of 'list'; did you mean --file?")]
    public void Line_ThatIsWrong_IsSaidInWordsOfTheCommandLine(string line, string faults) =>
        Assert.Equal(faults, string.Join(" | ", ParseFault.Of(Root().Parse(line))));

    private static RootCommand Root()
    {
        var level = new Option<string>("--level");
        level.AcceptOnlyFromAmong("low", "high");
        var list = new Command("list") { level, new Option<int>("--count") };
        list.SetAction(static _ => 0);
        var show = new Command("show") { new Argument<string>("zone"), new Option<string>("--token") { Required = true } };
        show.SetAction(static _ => 0);
        var root = new RootCommand { new Command("zone") { list, show }, new Option<string>("--file") { Recursive = true } };
        root.SetAction(static _ => 0);
        return root;
    }
}
