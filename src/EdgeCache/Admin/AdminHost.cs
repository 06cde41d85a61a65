using EdgeCache.Configuration;
using EdgeCache.Dashboard;
using EdgeCache.Hosting;
using EdgeCache.Metrics;
using EdgeCache.Regions;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Admin;

/// <summary>The admin listener of one node.</summary>
internal sealed partial class AdminHost
{
    private readonly NodeContext _context;
    private readonly AdminParts _parts;
    private readonly ILogger _log;
    private WebApplication? _app;
    private volatile bool _isStopping;

    public AdminHost(NodeContext context, AdminParts parts)
    {
        _context = context;
        _parts = parts;
        _log = context.Logs.CreateLogger<AdminHost>();
    }

    public Task StartAsync(CancellationToken cancellation) => _context.TryOpenAsync(_parts.Insight.Node, _parts.Options.Listen, async () =>
    {
        _ = ListenAddress.TryParse(_parts.Options.Listen, out var address);
        var builder = WebHost.CreateBuilder(_context, [address!]); // Checked when the options were.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 2L * Record.MaxValueLength);
        builder.Services.AddOpenApi();
        builder.Services.AddSingleton(_context.Tokens);
        builder.Services.AddSingleton(_parts);
        builder.Services.AddSingleton<PublishSpans>();
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow);
        _app = builder.Build();
        _app.Use(AnswerFaultsAsync);
        var gate = new AdminGate(_parts.Options, _parts.Time, _context.Logs.CreateLogger<AdminGate>());
        _app.Use(next => context => gate.InvokeAsync(context, next));
#if DEBUG
        SeededDefects.Asked().ApplyTo(_app, _parts.Store, _parts.Time);
#endif
        if (_parts.Primary is { } primary)
        {
            _app.Use(next => context => primary.InvokeAsync(context, next));
        }

        _app.UseRouting();
        var longBatches = new LongBatches();
        _app.Use(next => context => longBatches.InvokeAsync(context, next));
        _app.MapHealth(_parts);
        _app.MapZones(_parts);
        _app.MapRecords(_parts);
        _app.MapRecordPatch(_parts);
        _app.MapBackup(_parts);
        _app.MapHistory(_parts);
        _app.MapBatch(_parts);
        _app.MapPurge(_parts);
        _app.MapChangeLog(_parts);
        _app.MapChanges(_parts);
        _app.MapNodes(_parts);
        _app.MapRegions(_parts);
        _app.MapMetrics(_parts);
        _app.MapDashboard();
        _app.MapLive(_app.Services.GetRequiredService<LiveFeed>());
        _app.MapOpenApi("/openapi.json");
        _app.MapFallback("{*path}", (HttpContext context, EndpointDataSource endpoints) => NoSuchCall.Of(context, endpoints));
        await _app.StartAsync(cancellation).ConfigureAwait(false);
        NodeContext.Ready(_parts.Insight.Node, $"{_parts.Options.Listen} (admin)");
    });

    public async Task StopAsync(CancellationToken hurry)
    {
        _isStopping = true;
        if (_app is not null)
        {
            await _app.StopAsync(hurry).ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The one catch-all of a request.</summary>
    private async Task AnswerFaultsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; nobody reads an answer.
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault)
        {
            await (context.Response.HasStarted ? Task.CompletedTask : BadRequestText.Of(context, fault).ExecuteAsync(context)).ConfigureAwait(false);
        }
        catch (TooManyLongBatchesException)
        {
            context.Response.Headers.RetryAfter = $"{TooManyLongBatchesException.RetryAfterSeconds}";
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"{LongBatches.MaxAtATime} whole zones are being taken in; try again in {TooManyLongBatchesException.RetryAfterSeconds} s").ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"store unavailable: {fault.Message}").ConfigureAwait(false);
        }
        catch (Exception) when (_isStopping)
        {
            // It took longer than the draining waits: connections and services were closed under it, and nobody reads an answer.
            LogBrokenOff(context.Request.Method, context.Request.Path);
            context.Abort();
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            LogFault(fault, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "this should not happen; the log has the details").ConfigureAwait(false);
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string title) =>
        context.Response.HasStarted ? Task.CompletedTask : Problem.Of(status, title).ExecuteAsync(context);

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFault(Exception fault, string method, string path);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} was broken off, as the process stops; what it was to change may be committed all the same")]
    private partial void LogBrokenOff(string method, string path);
}
