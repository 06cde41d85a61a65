using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace EdgeCache.Admin;

/// <summary>What no endpoint takes: another method (405), another kind of body (415), or a path that is nowhere (404).</summary>
internal static class NoSuchCall
{
    public static IResult Of(HttpContext context, EndpointDataSource endpoints)
    {
        var methods = endpoints.Endpoints.OfType<RouteEndpoint>().Where(e => Covers(e, context.Request.Path))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (methods.Count == 0)
        {
            return Problem.Of(StatusCodes.Status404NotFound, $"there is no {context.Request.Method} {context.Request.Path}", null, "see /openapi.json");
        }

        if (methods.Contains(context.Request.Method))
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, $"a body of type '{context.Request.ContentType}' is not taken here", null, "Content-Type: application/json");
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Problem.Of(StatusCodes.Status405MethodNotAllowed, $"there is no {context.Request.Method} {context.Request.Path}", null, string.Join(", ", methods));
    }

    private static bool Covers(RouteEndpoint endpoint, PathString path) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}
