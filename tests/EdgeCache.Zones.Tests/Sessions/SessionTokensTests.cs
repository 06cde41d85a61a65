using CsCheck;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Sessions;

public sealed class SessionTokensTests
{
    private static readonly TokenKey Old = new(1, "an old secret of 16+ bytes"u8.ToArray());
    private static readonly TokenKey New = new(2, "a new secret of 16+ bytes"u8.ToArray());
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_900_000_000));

    [Fact]
    public void Write_AnyToken_FitsAndReadsBackTheSameButForWhatWasFolded()
    {
        var tokens = new SessionTokens([New], _time);
        var zone = Gen.Select(Gen.UInt, Gen.UInt, Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], (z, e, seen, wrote) => new TokenPosition(z, e, seen, Math.Min(seen, wrote)));
        Gen.Select(zone.Array[0, 8], Gen.ULong, Gen.Bool).Sample((zones, clock, folded) =>
        {
            var token = new SessionToken { Zones = [.. zones], Clock = new HybridTimestamp(clock), IsFolded = folded };
            var text = tokens.Write(token);
            Assert.True(text.Length <= SessionTokens.MaxTextLength);
            Assert.Equal(TokenOutcome.Valid, tokens.TryRead(text, out var read));
            Assert.Equal(token.Zones.Skip(token.Zones.Length - read.Zones.Length), read.Zones);
            Assert.True(read.Zones.Length >= Math.Min(5, token.Zones.Length));
            Assert.Equal((token.Clock, token.IsFolded || read.Zones.Length < token.Zones.Length), (read.Clock, read.IsFolded));
        }, iter: 500);
    }

    [Fact]
    public void Write_EightZones_FitsIn256Characters()
    {
        var token = SessionToken.Empty.WithClock(HybridTimestamp.From(1_900_000_000_000, 9));
        for (var i = 0; i < 8; i++)
        {
            var position = new Position(ZoneName.Parse($"zone{i}.example"), new Epoch(ulong.MaxValue - (ulong)i), 2_000_000_000 + i);
            token = token.WithWrote(position).WithSeen(position with { Serial = position.Serial + 100 });
        }

        var text = new SessionTokens([New], _time).Write(token);
        Assert.Equal(8, token.Zones.Length);
        Assert.True(text.Length <= 256, $"{text.Length} characters");
    }

    [Fact]
    public void TryRead_AnyByteChanged_IsInvalid()
    {
        var tokens = new SessionTokens([New], _time);
        var text = tokens.Write(SessionToken.Empty.WithWrote(new Position(ZoneName.Default, new Epoch(7), 42)));
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            var outcome = tokens.TryRead(new string(changed), out var read);

            // The last character of base64 may carry bits that mean nothing.
            Assert.True(outcome == TokenOutcome.Invalid || (i == text.Length - 1 && read.Zones.Length == 1), $"position {i}");
        }
    }

    [Fact]
    public void TryRead_AnyText_NeverThrows()
    {
        var tokens = new SessionTokens([New], _time);
        Gen.String[Gen.Char["ABCDEFGHIJabcdefghij0123456789-_= \u00e9"], 0, 500].Sample(text => Assert.Equal(TokenOutcome.Invalid, tokens.TryRead(text, out _)), iter: 2_000);
        Assert.Equal(TokenOutcome.Invalid, tokens.TryRead(null, out _));
    }

    [Fact]
    public void TryRead_KeyRotated_OldOneIsStillGoodUntilItIsGone()
    {
        var text = new SessionTokens([Old], _time).Write(SessionToken.Empty);
        Assert.Equal(TokenOutcome.Valid, new SessionTokens([New, Old], _time).TryRead(text, out _));
        Assert.Equal(TokenOutcome.Invalid, new SessionTokens([New], _time).TryRead(text, out _));
        Assert.Equal(TokenOutcome.Invalid, new SessionTokens([New with { Id = 1 }], _time).TryRead(text, out _));
    }

    [Fact]
    public void TryRead_AfterAnHour_IsExpired()
    {
        var tokens = new SessionTokens([New], _time);
        var text = tokens.Write(SessionToken.Empty);
        _time.Advance(SessionToken.Lifetime + TimeSpan.FromMilliseconds(1));
        Assert.Equal(TokenOutcome.Expired, tokens.TryRead(text, out _));
    }

    [Fact]
    public void WithSeen_MoreZonesThanFit_FoldsTheOldestAndSaysSo()
    {
        var token = SessionToken.Empty;
        for (var i = 0; i <= SessionToken.MaxZones; i++)
        {
            token = token.WithSeen(new Position(ZoneName.Parse($"z{i}.example"), new Epoch(1), i + 1));
        }

        Assert.True(token.IsFolded);
        Assert.Null(token.Find(ZoneName.Parse("z0.example")));
        Assert.Equal(2, token.Find(ZoneName.Parse("z1.example"))?.Seen);
    }

    [Fact]
    public void WithSeen_Older_NeverGoesBack()
    {
        var at = new Position(ZoneName.Default, new Epoch(1), 9);
        Assert.Equal(9, SessionToken.Empty.WithSeen(at).WithSeen(at with { Serial = 3 }).Find(ZoneName.Default)?.Seen);
        Assert.Equal(3, SessionToken.Empty.WithSeen(at).WithSeen(at with { Serial = 3, Epoch = new Epoch(2) }).Find(ZoneName.Default)?.Seen);
    }

    [Fact]
    public void WithReached_PositionsOfTwoLogs_BecomeTheOneThatStandsForBoth()
    {
        var here = new Position(ZoneName.Default, new Epoch(1), 9);
        var token = SessionToken.Empty.WithWrote(here with { Epoch = new Epoch(2), Serial = 100 }).WithSeen(here);
        Assert.Equal(2, token.Of(ZoneName.Default).Length);
        var reached = Assert.Single(token.WithReached(here with { Serial = 12 }).Of(ZoneName.Default));
        Assert.Equal((12, 12), (reached.Seen, reached.Wrote));
    }

    [Fact]
    public void Use_NewKeys_OldTokensStayGoodWhileTheirKeyIsListed()
    {
        var tokens = new SessionTokens([Old], _time);
        var text = tokens.Write(SessionToken.Empty with { IsPending = true });
        tokens.Use([New, Old]);
        Assert.Equal(TokenOutcome.Valid, tokens.TryRead(text, out var read));
        Assert.True(read.IsPending);
        tokens.Use([New]);
        Assert.Equal(TokenOutcome.Invalid, tokens.TryRead(text, out _));
    }
}
