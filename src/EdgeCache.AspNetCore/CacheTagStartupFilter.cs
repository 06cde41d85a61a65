using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.AspNetCore;

/// <summary>Stands before everything else, so that it sees the headers as the last to be asked.</summary>
internal sealed class CacheTagStartupFilter(ILogger<CacheTagWriter> log) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var writer = new CacheTagWriter(log);
        app.Use((HttpContext context, RequestDelegate rest) =>
        {
            context.Response.OnStarting(() =>
            {
                writer.Write(context);
                return Task.CompletedTask;
            });
            return rest(context);
        });
        next(app);
    };
}
