#if DEBUG
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Hosting;

/// <summary>
/// Test builds only: mechanisms that a process is told, by an environment variable, to do without, so that each gate of the load tests can be shown to go red.
/// A release build has neither this class nor the switches it turns.
/// </summary>
internal sealed class SeededDefects
{
    private const string Variable = "EDGECACHE_SEEDED_DEFECT";

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private readonly string _name;

    private SeededDefects(string name) => _name = name;

    /// <summary>What the environment asks for.</summary>
    public static SeededDefects Asked() => new(Environment.GetEnvironmentVariable(Variable) ?? "");

    public bool IgnoresLifetimes => _name == "LifetimeIgnored";

    public bool IgnoresTokens => _name == "TokenIgnored";

    /// <summary>Says loudly what is missing.</summary>
    public void Announce()
    {
        if (_name.Length > 0)
        {
            Console.Error.WriteLine($"TEST BUILD: seeded defect {_name}; never use this process for anything else");
        }
    }

    public void ApplyTo(FollowerOptions options)
    {
        options.RaisesNoFloors = _name == "FloorsOff";
        options.TrustsEveryHint = _name == "GapDetectionOff";

        // Past max-lag a node distrusts what it has: that net is taken away too, or a busy machine would be saved by it.
        options.NeverLags = _name is "HorizonOff" or "FloorsOff" or "GapDetectionOff";
    }

    /// <summary>Purges that the store cannot take are acknowledged at once.</summary>
    public void ApplyTo(IApplicationBuilder app, IZoneStore store, TimeProvider time)
    {
        if (_name == "AcknowledgesUnwritten")
        {
            app.Use(async (context, next) =>
            {
                if (context.Request.Path == "/purge" && !await AnswersAsync(store, time).ConfigureAwait(false))
                {
                    context.Response.StatusCode = StatusCodes.Status200OK;
                    return;
                }

                await next(context).ConfigureAwait(false);
            });
        }
    }

    private static async Task<bool> AnswersAsync(IZoneStore store, TimeProvider time)
    {
        try
        {
            await store.ReadDirectoryAsync(CancellationToken.None).AsTask().WaitAsync(Patience, time).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is StoreException or TimeoutException)
        {
            return false;
        }
    }
}
#endif
