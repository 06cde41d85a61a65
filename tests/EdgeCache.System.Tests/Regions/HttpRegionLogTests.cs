using EdgeCache.Regions;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.System.Tests.Regions;

/// <summary>Another region whose admin API answers what it likes.</summary>
public sealed class HttpRegionLogTests : IAsyncLifetime
{
    private readonly WebApplication _liar;
    private HttpRegionLog _log = null!; // set before each test
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private int _asked;

    public HttpRegionLogTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _liar = builder.Build();
        _liar.Urls.Add("http://127.0.0.1:0");
        _liar.Run(context =>
        {
            Interlocked.Increment(ref _asked);
            return _answer(context);
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _liar.StartAsync(Cancel);
        _log = new HttpRegionLog(_liar.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(), null); // Kestrel has it
    }

    public async ValueTask DisposeAsync()
    {
        _log.Dispose();
        await _liar.DisposeAsync();
    }

    [Fact]
    public async Task States_OfRecordsNobodyAskedFor_AreAFaultAndNotAskedForAgain()
    {
        _answer = context => context.Response.Body.WriteAsync(RegionWire.Write(new[] { State("other") }), context.RequestAborted).AsTask();
        await Assert.ThrowsAsync<StoreException>(async () => await _log.StatesAsync(ZoneName.Default, [new RecordKey("a", RecordKey.Doc), new RecordKey("b", RecordKey.Doc)], Cancel));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task States_ThatDoNotFitAtOnce_AreAskedForAgain()
    {
        _answer = context => context.Response.Body.WriteAsync(RegionWire.Write(new[] { State(_asked == 1 ? "a" : "b") }), context.RequestAborted).AsTask();
        var states = await _log.StatesAsync(ZoneName.Default, [new RecordKey("a", RecordKey.Doc), new RecordKey("b", RecordKey.Doc)], Cancel);
        Assert.Equal(["a", "b"], states.Select(s => s.Key.Name));
    }

    [Theory]
    [InlineData("{\"region\":\"us\",\"exists\":true,\"epoch\":\"1\",\"head\":")]
    [InlineData("{\"region\":\"us\",\"exists\":true,\"epoch\":\"1\",\"head\":1e400,\"headNonce\":\"1\",\"first\":1,\"entries\":[]}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("\u0000")]
    public async Task Read_WhatIsNoPage_IsAFaultOfTheWayThere(string text)
    {
        _answer = context => context.Response.WriteAsync(text, context.RequestAborted);
        await Assert.ThrowsAsync<StoreException>(async () => await _log.ReadAsync(ZoneName.Default, default, 0, TimeSpan.Zero, Cancel));
    }

    private static Record State(string name) => new()
    {
        Key = new RecordKey(name, RecordKey.Doc),
        Value = "x"u8.ToArray(),
        ContentType = "text/plain",
        Ttl = 1,
        Version = new RecordVersion(1, HybridTimestamp.From(1, 0), "o"),
        CommittedAt = 0,
    };
}
