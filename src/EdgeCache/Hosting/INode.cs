namespace EdgeCache.Hosting;

/// <summary>One node of a deployment: opens its listeners, works until stopped, drains.</summary>
internal interface INode
{
    /// <summary>The node's name.</summary>
    string Name { get; }

    /// <summary>Opens the listeners and reports each as it is ready.</summary>
    /// <exception cref="StartUpException">Something a person can put right.</exception>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Stops taking work and finishes what is under way, until <paramref name="hurry"/>. Harmless when it never started.</summary>
    Task StopAsync(CancellationToken hurry);
}
