using System.Diagnostics;
using EdgeCache.Http.Fetching;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Http.AccessLog;

/// <summary>The access log of what the server answers: requests that reach the application, and those that the server refuses before. Thread-safe.</summary>
internal sealed class ServerAccess : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";
    private readonly AccessJournal _journal;
    private readonly IDisposable? _events;

    private ServerAccess(AccessJournal journal, DiagnosticListener? events)
    {
        _journal = journal;
        _events = events?.Subscribe(this, static name => name == BadRequest);
    }

    /// <summary>Null when there is no access log.</summary>
    public static ServerAccess? For(IServiceProvider services) =>
        services.GetRequiredService<EdgeNode>().Access is { } journal ? new ServerAccess(journal, services.GetService<DiagnosticListener>()) : null;

    /// <summary>A request has reached the application.</summary>
    public AccessTurn Begin(IFeatureCollection features)
    {
        var turn = new AccessTurn(_journal, new CountedBody(features.GetRequiredFeature<IHttpResponseBodyFeature>()));
        features.Set(turn);
        features.Set<IHttpResponseBodyFeature>(turn.Body);
        return turn;
    }

    /// <summary>The server has found a request bad; those that reached the application have their line from there.</summary>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: BadRequest, Value: IFeatureCollection features } && features.Get<AccessTurn>() is null
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException fault)
        {
            AccessTurn.WriteLine(_journal, features, fault.StatusCode, bytes: 0, TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();
}
