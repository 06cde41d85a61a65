using System.Text;
using CsCheck;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Routes;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class PlainTargetTests
{
    private static readonly Gen<string> _target =
        Gen.OneOf(new[] { "/", "/", "/", "a", "B", ".", "..", "%", "%2F", "%2e", "?", "?", "&x=1", ";", "~", "//", "!$&'()*+,=:@", "#", "\"", "|", "^" }.Select(Gen.Const).ToArray()).Array[0, 12].Select(p => "/" + string.Concat(p));

    [Fact]
    public void TryWrite_TakesATarget_OnlyIfItsNormalFormIsItself()
    {
        var taken = 0;
        _target.Sample(
            text =>
            {
                if (!PlainTarget.TryWrite("shop.test"u8, Encoding.ASCII.GetBytes(text), new byte[256], out var plain))
                {
                    return true;
                }

                Interlocked.Increment(ref taken);
                return TargetNormaliser.TryNormalise(false, "shop.test", text, new byte[RequestTarget.MaxBytes], out var normal) == TargetProblem.None
                    && normal.Text.SequenceEqual(plain.Text) && normal.Path.SequenceEqual(plain.Path) && normal.Query.SequenceEqual(plain.Query) && normal.Host.SequenceEqual(plain.Host);
            },
            iter: 20_000);
        Assert.True(taken > 100);
    }

    [Theory]
    [InlineData("/products/1?a=b", true)]
    [InlineData("/a//b", true)]
    [InlineData("/a/../b", false)]
    [InlineData("/.hidden", false)]
    [InlineData("/a%41", false)]
    [InlineData("/a;b", false)]
    [InlineData("/a?b#c", false)]
    public void TryWrite_UsualAndOdd_AsListed(string target, bool taken) =>
        Assert.Equal(taken, PlainTarget.TryWrite("shop.test"u8, Encoding.ASCII.GetBytes(target), new byte[64], out _));

    [Fact]
    public void TryWrite_WithoutRoom_IsFalse() => Assert.False(PlainTarget.TryWrite("shop.test"u8, "/abc"u8, new byte[12], out _));
}
