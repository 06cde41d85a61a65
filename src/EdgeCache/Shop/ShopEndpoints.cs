using System.Globalization;
using EdgeCache.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace EdgeCache.Shop;

/// <summary>
/// The shop as any ASP.NET Core application would be written for an edge: pages say how long they live and what they show; a save purges after
/// it has been made readable.
/// </summary>
internal static class ShopEndpoints
{
    private const string ListTag = "product-list";

    public static void MapShop(this IEndpointRouteBuilder app, ProductList products, EdgeCacheClient edge, TimeProvider time)
    {
        app.MapMethods("/", ["GET", "HEAD"], (HttpContext context) => Answer(context, ShopPages.List(products.All), null));
        app.MapMethods("/products/{id:int}", ["GET", "HEAD"], (HttpContext context, int id) =>
            products.Find(id) is { } product ? Answer(context, ShopPages.Detail(product), product) : Results.NotFound());
        app.MapPost("/products/{id:int}", async (HttpContext context, int id, CancellationToken cancellation) =>
        {
            var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellation).ConfigureAwait(false) : null;
            if (form?["name"].ToString() is not { Length: > 0 and <= 80 } name
                || !decimal.TryParse(form["price"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price))
            {
                return Results.Problem("a form with name (1 to 80 characters) and price (such as 19.90)", statusCode: 400, title: "this is not a product");
            }

            return products.Save(id, name, price, time.GetUtcNow()) is { } saved
                ? await PurgeAsync(context, saved, edge, cancellation).ConfigureAwait(false)
                : Results.NotFound();
        });
    }

    // Saved first, purged second: whoever fetches after the purge gets the new page.
    private static async Task<IResult> PurgeAsync(HttpContext context, Product saved, EdgeCacheClient edge, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await edge.PurgeTagsAsync([saved.Tag, ListTag], cancellation).ConfigureAwait(false);
        }
        catch (EdgeCacheException fault)
        {
            context.Response.Headers["X-Purge"] = "failed";
            return Results.Text($"Saved, but edges show it only when its time is over: {fault.Message}", statusCode: 200);
        }

        context.Response.Headers.Location = $"/products/{saved.Id}";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static IResult Answer(HttpContext context, string html, Product? product)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "max-age=60";
        headers["Cache-Tag"] = product?.Tag ?? ListTag;
        if (product is not null)
        {
            headers.ETag = product.ETag;
            headers.LastModified = HeaderUtilities.FormatDate(product.ChangedAt);
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Tag == product.ETag || t.Tag == "*"))
            {
                return Results.StatusCode(StatusCodes.Status304NotModified);
            }
        }

        return Results.Text(html, "text/html; charset=utf-8");
    }
}
