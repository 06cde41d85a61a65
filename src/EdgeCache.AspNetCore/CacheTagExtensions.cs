using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EdgeCache.AspNetCore;

/// <summary>Tags on answers.</summary>
public static class CacheTagExtensions
{
    /// <summary>Makes <see cref="CacheTagAttribute"/>, <c>WithCacheTags</c> and <c>AddCacheTags</c> of a request write <c>Cache-Tag</c>. No middleware is to be added.</summary>
    public static IServiceCollection AddCacheTags(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, CacheTagStartupFilter>());
        return services;
    }

    /// <summary>Tags what an endpoint, or each of a group, answers: <c>.WithCacheTags("product-{id}")</c>.</summary>
    /// <exception cref="ArgumentException">A template cannot be read.</exception>
    public static TBuilder WithCacheTags<TBuilder>(this TBuilder builder, params string[] templates)
        where TBuilder : IEndpointConventionBuilder
    {
        var tags = new CacheTagAttribute(templates);
        builder.Add(endpoint => endpoint.Metadata.Add(tags));
        return builder;
    }

    /// <summary>Tags this answer with what is only known now: the products of a list, say. Call it before the answer begins.</summary>
    public static void AddCacheTags(this HttpContext context, params IEnumerable<string> tags)
    {
        if (context.Items.TryGetValue(CacheTagWriter.ItemsKey, out var there) && there is List<string> list)
        {
            list.AddRange(tags);
        }
        else
        {
            context.Items[CacheTagWriter.ItemsKey] = tags.ToList();
        }
    }
}
