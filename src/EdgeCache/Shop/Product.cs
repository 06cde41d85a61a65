namespace EdgeCache.Shop;

/// <summary>What the shop sells; immutable, a save makes another.</summary>
internal sealed record Product(int Id, string Name, decimal Price, int Version, DateTimeOffset ChangedAt)
{
    /// <summary>Strong: two saves never share one, whatever the clock says.</summary>
    public string ETag => $"\"product-{Id}-v{Version}\"";

    public string Tag => $"product-{Id}";
}
