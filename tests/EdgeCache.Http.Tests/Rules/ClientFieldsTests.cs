using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class ClientFieldsTests
{
    [Theory]
    [InlineData("Accept", true)]
    [InlineData("Cookie", true)]
    [InlineData("Authorization", true)]
    [InlineData("Cache-Control", true)]
    [InlineData("X-Anything", true)]
    [InlineData("Edge-Session", true)]
    [InlineData("edge-consistency", true)]
    [InlineData("Edge-Floor", false)]
    [InlineData("x-forwarded-host", false)]
    [InlineData("X-Forwarded-For", false)]
    [InlineData("X-Forwarded-Prefix", false)]
    [InlineData("Forwarded", false)]
    [InlineData("X-Host", false)]
    [InlineData("X-Original-URL", false)]
    [InlineData("X-Rewrite-URL", false)]
    [InlineData("X-HTTP-Method-Override", false)]
    [InlineData("X-Real-IP", false)]
    [InlineData("X_Real_IP", false)]
    [InlineData("X_Forwarded-Host", false)]
    [InlineData("X_Anything", true)]
    [InlineData("True-Client-IP", false)]
    [InlineData("Forwarded-For", false)]
    [InlineData("fly-client-ip", false)]
    [InlineData("WL-Proxy-Client-IP", false)]
    [InlineData("X-Envoy-Original-Path", false)]
    [InlineData("X-Middleware-Subrequest", false)]
    [InlineData("Cache-Tag", false)]
    [InlineData("Connection", false)]
    [InlineData("TE", false)]
    public void Passes_Field_OnlyWhenNobodyIsFooledByIt(string name, bool passes) => Assert.Equal(passes, ClientFields.Passes(name));
}
