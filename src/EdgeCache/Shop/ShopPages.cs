using System.Net;

namespace EdgeCache.Shop;

/// <summary>The shop's HTML.</summary>
internal static class ShopPages
{
    public static string List(IEnumerable<Product> products) => Page(
        "Shop",
        "<ul>" + string.Concat(products.Select(p => $"<li><a href=\"/products/{p.Id}\">{WebUtility.HtmlEncode(p.Name)}</a> {p.Price:0.00}</li>")) + "</ul>");

    public static string Detail(Product product) => Page(
        product.Name,
        $"""
        <p id="price">{product.Price:0.00}</p>
        <p>version {product.Version}, changed {product.ChangedAt:u}</p>
        <form method="post" action="/products/{product.Id}">
          <label>Name <input name="name" value="{WebUtility.HtmlEncode(product.Name)}" maxlength="80" required></label>
          <label>Price <input name="price" value="{product.Price:0.00}" inputmode="decimal" required></label>
          <button>Save</button>
        </form>
        <p><a href="/">All products</a></p>
        """);

    private static string Page(string title, string body) =>
        $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{WebUtility.HtmlEncode(title)}</title></head>
        <body><h1>{WebUtility.HtmlEncode(title)}</h1>
        {body}
        </body></html>

        """;
}
