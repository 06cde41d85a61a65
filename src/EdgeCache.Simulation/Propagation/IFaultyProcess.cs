using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;

namespace EdgeCache.Simulation.Propagation;

/// <summary>A process that follows the store and to which faults happen.</summary>
internal interface IFaultyProcess
{
    /// <summary>The process.</summary>
    WorldNode Node { get; }

    /// <summary>Its way to the store.</summary>
    NetworkConditions Network { get; }

    /// <summary>kill -9, and a new process of the same name that knows nothing.</summary>
    void Restart();
}
