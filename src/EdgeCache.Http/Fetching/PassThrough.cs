using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Fetching;

/// <summary>Requests that go past the cache: other methods, upgrades, bodies, preconditions. Streams both ways; ends with its client.</summary>
internal sealed class PassThrough(EdgeNode node, UnsafeMethods unsafeMethods)
{
    /// <summary>Sends it on.</summary>
    public async Task<HttpResponseMessage> SendAsync(Errand errand, CacheReason reason, CancellationToken cancellation)
    {
        var request = errand.Request;
        node.Tally.For(request.Zone).CountPass();
        if (node.Options.UpstreamIsTier)
        {
            Outgoing.WithLevel(errand.Message, request);
        }

        if (!MethodRules.IsIdempotent(request.Method))
        {
            errand.Message.Content ??= new ByteArrayContent([]); // Without content the client sends it again when a connection breaks (RFC 9110 §9.2.2).
        }

        HttpResponseMessage response;
        try
        {
            response = await errand.Send(errand.Message, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException problem)
        {
            // Nobody knows whether it was carried out (PLANE.md 15), unless it never left.
            node.Tally.CountUpstreamFailure();
            var failure = UpstreamProblem.ReasonOf(problem);
            if (failure != CacheReason.UpstreamUnreachable)
            {
                await unsafeMethods.InvalidateAsync(request, null, cancellation).ConfigureAwait(false);
            }

            return ClientProblem(problem) is { } status ? UpstreamProblem.OfTheClient(node, reason, status) : UpstreamProblem.Answer(node, reason, failure);
        }
        catch (OperationCanceledException)
        {
            await unsafeMethods.InvalidateAsync(request, null, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        UpstreamHead.DropContentOfReset(response);
        if (Problem(request, response) is not CacheReason.None and var broken)
        {
            response.Dispose();
            await unsafeMethods.InvalidateAsync(request, null, cancellation).ConfigureAwait(false);
            return UpstreamProblem.Answer(node, reason, broken);
        }

        if (MethodRules.Invalidates(request.Facts.Method))
        {
            await unsafeMethods.InvalidateAsync(request, response, cancellation).ConfigureAwait(false);
        }

        UpstreamHead.Clean(response);
        if (response.StatusCode != System.Net.HttpStatusCode.SwitchingProtocols)
        {
            response.Headers.TryAddWithoutValidation("Cache-Status", CacheStatus.Forwarded(reason, (int)response.StatusCode).Format(node.Name));
        }

        return response;
    }

    /// <summary>Without a condition of the client's, 304 speaks of something that it need not have.</summary>
    private static CacheReason Problem(EdgeRequest request, HttpResponseMessage response) =>
        response.StatusCode == System.Net.HttpStatusCode.NotModified && !request.Facts.Has(RequestFlags.Condition) ? CacheReason.NotModifiedUnasked
        : UpstreamHead.Check(response, request.IsUpgrade);

    /// <summary>The status for a client whose body was malformed or too large; null when it was not the client.</summary>
    private static int? ClientProblem(Exception problem)
    {
        for (var cause = problem.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadHttpRequestException bad)
            {
                return bad.StatusCode;
            }
        }

        return null;
    }
}
