namespace EdgeCache.AspNetCore;

/// <summary>
/// Tags what an action, a controller, a page or a minimal endpoint answers: <c>[CacheTag("product-{id}", "catalogue")]</c>. Names in braces are route values; a brace itself is
/// written twice. Several attributes add up. Needs <c>services.AddCacheTags()</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true, Inherited = true)]
public sealed class CacheTagAttribute : Attribute
{
    /// <summary>Tags by template.</summary>
    /// <exception cref="ArgumentException">A template cannot be read.</exception>
    public CacheTagAttribute(params string[] templates)
    {
        ArgumentNullException.ThrowIfNull(templates);
        Parsed = [.. templates.Select(CacheTagTemplate.Parse)];
    }

    /// <summary>The templates as written.</summary>
    public IReadOnlyList<string> Templates => [.. Parsed.Select(t => t.Text)];

    internal IReadOnlyList<CacheTagTemplate> Parsed { get; }
}
