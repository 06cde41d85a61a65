using EdgeCache.Zones.Sessions;
using Xunit;

namespace EdgeCache.Zones.Tests.Sessions;

public sealed class ConsistencyTests
{
    [Theory]
    [InlineData(null, ConsistencyLevel.Eventual, 0, 0, 500)]
    [InlineData("eventual", ConsistencyLevel.Eventual, 0, 0, 500)]
    [InlineData("bounded;t=2", ConsistencyLevel.BoundedTime, 2000, 0, 500)]
    [InlineData("bounded; t=0.25 ; wait=0", ConsistencyLevel.BoundedTime, 250, 0, 0)]
    [InlineData("bounded;k=3;wait=5000", ConsistencyLevel.BoundedVersions, 0, 3, 5000)]
    [InlineData("session;wait=20", ConsistencyLevel.Session, 0, 0, 20)]
    [InlineData("causal", ConsistencyLevel.Causal, 0, 0, 500)]
    [InlineData("strong", ConsistencyLevel.Strong, 0, 0, 500)]
    public void TryParse_Good_IsRead(string? text, ConsistencyLevel level, int age, int versions, int wait)
    {
        Assert.True(Consistency.TryParse(text, out var read, out _));
        Assert.Equal(new Consistency(level, TimeSpan.FromMilliseconds(age), versions, TimeSpan.FromMilliseconds(wait)), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Eventual")]
    [InlineData("bounded")]
    [InlineData("bounded;t=1;k=1")]
    [InlineData("bounded;t=-1")]
    [InlineData("bounded;t=1e3")]
    [InlineData("bounded;t=99999999999999999999999999999999")]
    [InlineData("bounded;k=1.5")]
    [InlineData("bounded;t=1;t=2")]
    [InlineData("session;wait=5001")]
    [InlineData("session;wait=-1")]
    [InlineData("session;foo=1")]
    [InlineData("session;")]
    [InlineData("linearizable")]
    public void TryParse_Unknown_IsRefusedWithAReason(string text)
    {
        Assert.False(Consistency.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
    }
}
