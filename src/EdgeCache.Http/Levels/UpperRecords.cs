using EdgeCache.Http.Fetching;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Levels;

/// <summary>One tier up for records: the edge above, or the primary. Whatever goes wrong there is "not given", never something less.</summary>
internal sealed class UpperRecords(EdgeNode node, Uri upstream) : IDisposable
{
    private static readonly string[] Fields = ["ETag", "Edge-Version", "Edge-Position", "Edge-Session", "Cache-Control", "Age", "Vary", "Cache-Status"];
    private readonly HttpMessageInvoker _tier = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = node.Options.ConnectTimeout });

    /// <summary>True when the upstream is an edge.</summary>
    public bool IsTier => node.Options.UpstreamIsTier;

    /// <summary>The record from the primary, when it can be had in time and answers what is asked; null otherwise.</summary>
    public async ValueTask<(Record? Record, Position Position)?> TryReadAsync(
        ZoneName zone, RecordKey key, AskedLevel asked, GateReason reason, CancellationToken cancellation)
    {
        // A region that is behind another cannot be helped by its own primary, nor can a primary that lacks what it had acknowledged.
        if (node.Options.ReadPrimary is not { } read || reason is GateReason.RegionBehind or GateReason.StoreRecovering)
        {
            return null;
        }

        using var limit = Limit(asked, cancellation);
        try
        {
            var found = await read(zone, key, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
            return reason != GateReason.PositionNotReached || Covers(found.Position, asked) ? found : null;
        }
#pragma warning disable CA1031 // Whatever keeps the primary from answering, the client hears that the level was not given.
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>Passes the look-up to the edge above and its answer back; false when none came.</summary>
    public async Task<bool> TryForwardAsync(HttpContext context, AskedLevel asked)
    {
        using var limit = Limit(asked, context.RequestAborted);
        using var message = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(upstream, context.Request.Path.ToUriComponent()));
        message.Headers.TryAddWithoutValidation(TierFields.Consistency, asked.Consistency.ToText());
        if (asked.Text is { } token)
        {
            message.Headers.TryAddWithoutValidation(TierFields.Session, token);
        }

        message.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        try
        {
            using var answer = await _tier.SendAsync(message, limit.Token).ConfigureAwait(false);
            await CopyAsync(context, answer, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tier.Dispose();

    private async Task CopyAsync(HttpContext context, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var name in Fields)
        {
            if (answer.Headers.NonValidated.TryGetValues(name, out var values))
            {
                headers[name] = values.ToString();
            }
        }

        headers.Append("Cache-Status", $"{node.Name}; fwd=bypass");
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (context.Request.Method == "GET")
        {
            await answer.Content.CopyToAsync(context.Response.Body, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>True when the primary's position has all the token says.</summary>
    private static bool Covers(Position position, AskedLevel asked) =>
        asked.Token is { } token && token.Of(position.Zone).All(w => w.Epoch == SessionToken.TagOf(position.Epoch) && w.Seen <= position.Serial);

    private CancellationTokenSource Limit(AskedLevel asked, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(asked.Consistency.Wait > node.Options.PlaneWait ? asked.Consistency.Wait : node.Options.PlaneWait);
        return limit;
    }
}
