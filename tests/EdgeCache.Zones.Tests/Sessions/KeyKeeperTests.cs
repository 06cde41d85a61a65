using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Sessions;

public sealed class KeyKeeperTests : IAsyncDisposable
{
    private static readonly SessionToken Some = SessionToken.Empty.WithWrote(new Position(ZoneName.Default, new Epoch(7), 42));
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_900_000_000));
    private readonly MemoryZoneStore _store;

    public KeyKeeperTests() => _store = new MemoryZoneStore(_time, new Random(1));

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task RefreshAsync_TwoNodesOnOneStore_ReadEachOthersTokens()
    {
        var (first, second) = (await NodeAsync(), await NodeAsync());
        Assert.Equal(TokenOutcome.Valid, second.Tokens.TryRead(first.Tokens.Write(Some), out var read));
        Assert.Equal(Some.Zones, read.Zones);
    }

    [Fact]
    public async Task RefreshAsync_ADayLater_ANewKeySignsOnlyAfterAllHadTimeToReadIt()
    {
        var (first, second) = (await NodeAsync(), await NodeAsync());
        _time.Advance(KeyRotation.Period);
        Assert.True(await first.Keeper.RefreshAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, KeyRotation.Read(await _store.ReadValueAsync(StoredValues.Keys, TestContext.Current.CancellationToken)).Count);
        Assert.Equal(TokenOutcome.Valid, second.Tokens.TryRead(first.Tokens.Write(Some), out _));

        _time.Advance(KeyRotation.Settling);
        await first.Keeper.RefreshAsync(TestContext.Current.CancellationToken);
        var text = first.Tokens.Write(Some);
        Assert.Equal(TokenOutcome.Invalid, second.Tokens.TryRead(text, out _));
        await second.Keeper.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TokenOutcome.Valid, second.Tokens.TryRead(text, out _));
    }

    [Fact]
    public async Task RefreshAsync_ATokenFromBeforeTheRotation_IsStillGood()
    {
        var (tokens, keeper) = await NodeAsync();
        _time.Advance(KeyRotation.Period - TimeSpan.FromMinutes(10));
        var text = tokens.Write(Some);
        _time.Advance(TimeSpan.FromMinutes(30));
        await keeper.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TokenOutcome.Valid, tokens.TryRead(text, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("[null]")]
    [InlineData("[{\"Id\":1,\"Secret\":\"c2hvcnQ=\",\"MadeAt\":0}]")]
    public void Read_NoKeys_IsEmpty(string? text) => Assert.Empty(KeyRotation.Read(text));

    private async Task<(SessionTokens Tokens, KeyKeeper Keeper)> NodeAsync()
    {
        var tokens = new SessionTokens([new TokenKey(0, new byte[32])], _time);
        var keeper = new KeyKeeper(_store, tokens, _time);
        Assert.True(await keeper.RefreshAsync(TestContext.Current.CancellationToken));
        return (tokens, keeper);
    }
}
