using System.Net;
using EdgeCache.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Hosting;

/// <summary>
/// A Kestrel host that takes nothing from the surroundings: no environment variables, no settings file of the folder it happens to run in.
/// </summary>
internal static class WebHost
{
    public static WebApplicationBuilder CreateBuilder(NodeContext context, IEnumerable<ListenAddress> addresses, Action<ListenOptions>? listener = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.Replace(ServiceDescriptor.Singleton(context.Logs));
        builder.Services.AddSingleton(context.Time);
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var endPoint in addresses.SelectMany(a => a.EndPoints))
            {
                kestrel.Listen(endPoint, listener ?? (_ => { }));
            }
        });
        return builder;
    }
}
