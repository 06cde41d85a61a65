using System.Diagnostics.Metrics;
using EdgeCache.Configuration;
using EdgeCache.LogFiles;
using EdgeCache.Metrics;
using EdgeCache.Nodes;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Hosting;

/// <summary>What the nodes of one process share.</summary>
internal sealed class NodeContext
{
    public required ProgramOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Logs { get; init; }

    public required IZoneStore Store { get; init; }

    /// <summary>Takes the writes of every node in this process: one clock, one origin id.</summary>
    public required ZonePublisher Publisher { get; init; }

    /// <summary>When hints of the store were seen.</summary>
    public required HintSightings Hints { get; init; }

    /// <summary>Signs and reads session tokens.</summary>
    public required SessionTokens Tokens { get; init; }

    /// <summary>What the process measures.</summary>
    public required MetricsCollector Metrics { get; init; }

    /// <summary>Makes the meters of nodes without a service container.</summary>
    public required IMeterFactory Meters { get; init; }

    /// <summary>Access and query logs.</summary>
    public required OpenLogFiles LogFiles { get; init; }

    /// <summary>The edges of this process.</summary>
    public EdgeDesk Edges { get; } = new();

    /// <summary>True in the all-in-one role: an address that cannot be had is said, and the rest goes on.</summary>
    public required bool GoOn { get; init; }

    /// <summary>Chance that must differ between nodes and starts.</summary>
    public static Random NewRandom() => new(BitConverter.ToInt32(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4)));

    /// <summary>One line for each listener as it is ready.</summary>
    public static void Ready(string node, string what) => Console.Out.WriteLine($"{node}: {what} ready");

    /// <summary>Opens one listener; in the all-in-one role a failure is one line and false.</summary>
    public async Task<bool> TryOpenAsync(string node, string address, Func<Task> open)
    {
        try
        {
            await open().ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (StartUpException.ForAddress(address, fault) is not null)
        {
            var known = StartUpException.ForAddress($"{node}: {address}", fault)!;
            if (!GoOn)
            {
                throw known;
            }

            await Console.Error.WriteLineAsync($"{known.Message}; going on without it").ConfigureAwait(false);
            return false;
        }
    }
}
