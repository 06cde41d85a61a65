using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Fetching;

/// <summary>Requests that go past the cache: other methods, upgrades, bodies, preconditions. Streams both ways; ends with its client.</summary>
internal sealed class PassThrough(EdgeNode node, UnsafeMethods unsafeMethods)
{
    /// <summary>Sends it on.</summary>
    public async Task<HttpResponseMessage> SendAsync(Errand errand, CacheReason reason, CancellationToken cancellation)
    {
        node.Tally.CountPass();
        var request = errand.Request;
        if (node.Options.UpstreamIsTier)
        {
            Outgoing.WithLevel(errand.Message, request);
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

            return UpstreamProblem.Answer(node, reason, failure);
        }
        catch (OperationCanceledException)
        {
            await unsafeMethods.InvalidateAsync(request, null, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        if (UpstreamHead.Check(response) is not CacheReason.None and var broken && response.StatusCode != System.Net.HttpStatusCode.SwitchingProtocols)
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
}
