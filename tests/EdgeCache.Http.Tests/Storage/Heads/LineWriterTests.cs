using System.Text;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Heads;
using EdgeCache.Http.Storage.Slabs;
using Xunit;

namespace EdgeCache.Http.Tests.Storage.Heads;

public sealed class LineWriterTests
{
    private const int Places = 64;
    private readonly SharedLines _shared = new(new ByteBudget(1 << 20));

    [Theory]
    [InlineData("Server", "nginx/1.22.1")]
    [InlineData("server", "nginx/1.22.1")]
    [InlineData("X-Odd-Name", "")]
    [InlineData("Content-Type", "text/html; name=\u00E9")]
    [InlineData("X-Title", "\u65E5\u672C")]
    [InlineData("Date", "Mon, 23 Nov 2026 19:00:00 GMT")]
    [InlineData("expires", "Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("Date", "Tue, 23 Nov 2026 19:00:00 GMT")]
    [InlineData("Date", "mon, 23 nov 2026 19:00:00 gmt")]
    [InlineData("Date", " Mon, 23 Nov 2026 19:00:00 GM")]
    [InlineData("X-Day", "Mon, 23 Nov 2026 19:00:00 GMT")]
    [InlineData("Last-Modified", "Sun, 06 Nov 2206 08:49:37 GMT")]
    public void Write_AnyLine_ReadsAsItWasEachTime(string name, string value)
    {
        for (var i = 0; i < SharedLines.Sightings + 2; i++)
        {
            HeaderLine[] lines = [new(name, value), new("Via", $"1.1 {i}"), new(name, value)];
            Assert.Equal(lines, Read(Written(lines)));
        }
    }

    [Fact]
    public void Write_LinesManyHeadsHave_TakeThreeBytesEach()
    {
        // One after the other: sightings are counted by hash, and two lines that meet there forget each other's.
        HeaderLine[] lines = [new("Server", "nginx"), new("X-Cache-Zone", "a"), new("Cache-Control", "public, max-age=3600")];
        foreach (var line in lines)
        {
            for (var i = 1; i < SharedLines.Sightings; i++)
            {
                Assert.True(Written([line]).Length > 3);
            }

            Assert.Equal(3, Written([line]).Length);
        }

        Assert.Equal(9, Written(lines).Length);
        Assert.Equal(3, _shared.Count);
    }

    [Fact]
    public void Write_Dates_TakeSixBytes() => Assert.Equal(6, Written([new("Date", "Mon, 23 Nov 2026 19:00:00 GMT")]).Length);

    [Theory]
    [InlineData("ETag")]
    [InlineData("set-cookie")]
    public void Write_WhatBelongsToOneObject_IsNeverShared(string name)
    {
        for (var i = 0; i < 20; i++)
        {
            Written([new(name, "\"same\"")]);
        }

        Assert.Equal(0, _shared.Count);
    }

    [Fact]
    public void Write_MoreLinesThanPlaces_ReadsAllOfThem()
    {
        for (var round = 0; round < SharedLines.Sightings + 1; round++)
        {
            for (var i = 0; i < Places * 3; i++)
            {
                // One after the other, so that none wipes out what was counted of another.
                for (var again = 0; again < SharedLines.Sightings; again++)
                {
                    HeaderLine[] lines = [new("X-Number", $"{i}")];
                    Assert.Equal(lines, Read(Written(lines)));
                }
            }
        }

        Assert.Equal(Places, _shared.Count);
    }

    private byte[] Written(params HeaderLine[] lines)
    {
        var to = new byte[LineWriter.Most(lines)];
        var writer = new LineWriter(_shared, to);
        foreach (var line in lines)
        {
            writer.Write(line);
        }

        return to[..writer.Written];
    }

    private List<HeaderLine> Read(byte[] written)
    {
        List<HeaderLine> read = [];
        foreach (var line in new HeadLines(written, _shared))
        {
            read.Add(new(Encoding.UTF8.GetString(line.Name), (line.IsUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(line.Value)));
        }

        return read;
    }
}
