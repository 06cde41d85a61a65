using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Log;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Fetching;

/// <summary>What an unsafe request invalidates, here at once and on every node by the log (RFC 9111 §4.4, RFC 9875 §3, PLANE.md 15).</summary>
internal sealed partial class UnsafeMethods(EdgeNode node, ILogger<UnsafeMethods> log)
{
    /// <summary>Invalidates; <paramref name="response"/> null: the outcome is unknown.</summary>
    public async ValueTask InvalidateAsync(EdgeRequest request, HttpResponseMessage? response, CancellationToken cancellation)
    {
        var reach = request.Rule.Invalidate;
        if (reach == InvalidationReach.Off || !Invalidation.Applies(request.Facts.Method, response is null ? null : (int)response.StatusCode))
        {
            return;
        }

        var selectors = SelectorsOf(request, response);
        if (node.Options.UpstreamIsTier && response is not null && response.Headers.NonValidated.TryGetValues(TierFields.Session, out var token))
        {
            // The tier next to the application has appended it (PLANE.md 15).
            request.Zone.Floors.Raise([.. selectors], PurgeMode.Hard);
            request.UpperToken = token.ToString();
            return;
        }

        if (reach == InvalidationReach.Local || node.Options.Invalidate is null)
        {
            request.Zone.Floors.Raise([.. selectors], PurgeMode.Hard);
            return;
        }

        try
        {
            request.WrotePending = true;
            request.Wrote = await node.OwnChanges.AppendAsync(node, request.Zone, selectors, cancellation).ConfigureAwait(false);
            request.WrotePending = request.Wrote is null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The client left; the floor is up and the append is queued.
        }
#pragma warning disable CA1031 // The answer to the client must not hang on the log; the local floor is what it relies on.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            request.Zone.Floors.Raise([.. selectors], PurgeMode.Hard);
            LogNotAppended(log, request.Host, problem.Message);
        }
    }

    private static List<Selector> SelectorsOf(EdgeRequest request, HttpResponseMessage? response)
    {
        var selectors = new List<Selector>();
        var lines = response is null ? [] : UpstreamHead.Read(response);
        foreach (var target in Invalidation.Targets(request.Uri, Single(lines, "Location"), Single(lines, "Content-Location")))
        {
            selectors.Add(UrlOf(request, target));
        }

        foreach (var group in TagFields.InvalidatedGroups(lines))
        {
            selectors.Add(new(SelectorKind.Tag, EntrySelectors.GroupTag(request, group)));
        }

        return selectors;
    }

    /// <summary>A path without a query would cover all queries (PLANE.md 17), which is more than RFC 9111 asks and never less.</summary>
    private static Selector UrlOf(EdgeRequest request, Uri target)
    {
        Span<byte> buffer = new byte[RequestTarget.MaxBytes];
        return TargetNormaliser.TryNormalise(request.Https, request.Host, target.PathAndQuery, buffer, out var normal) == TargetProblem.None
            ? new(SelectorKind.Url, System.Text.Encoding.ASCII.GetString(normal.Text))
            : new(SelectorKind.Url, System.Text.Encoding.ASCII.GetString(request.Target));
    }

    private static string? Single(HeaderLine[] lines, string name)
    {
        var found = Array.FindAll(lines, l => l.Is(name));
        return found.Length == 1 ? found[0].Value : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An invalidation for {Host} was not appended: {Problem}")]
    private static partial void LogNotAppended(ILogger log, string host, string problem);
}
