using System.Collections.Concurrent;

namespace EdgeCache.Shop;

/// <summary>The shop's data base: a few products in memory. Thread-safe.</summary>
internal sealed class ProductList
{
    private static readonly string[] Names = ["Lamp", "Chair", "Desk", "Shelf", "Clock", "Kettle", "Mug", "Rug", "Vase"];

    private readonly ConcurrentDictionary<int, Product> _products;

    public ProductList(TimeProvider time)
    {
        var now = time.GetUtcNow();
        _products = new(Names.Select((name, i) => KeyValuePair.Create(i + 1, new Product(i + 1, name, 19 + (10 * i), 1, now))));
    }

    public IEnumerable<Product> All => _products.Values.OrderBy(p => p.Id);

    public Product? Find(int id) => _products.GetValueOrDefault(id);

    public Product? Save(int id, string name, decimal price, DateTimeOffset now)
    {
        while (_products.TryGetValue(id, out var old))
        {
            var next = old with { Name = name, Price = price, Version = old.Version + 1, ChangedAt = now };
            if (_products.TryUpdate(id, next, old))
            {
                return next;
            }
        }

        return null;
    }
}
