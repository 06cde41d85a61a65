namespace EdgeCache.Simulation.Network;

/// <summary>How the network between one node and the store behaves. Changed while the world runs.</summary>
public sealed class NetworkConditions
{
    /// <summary>Shortest one-way delay.</summary>
    public TimeSpan MinDelay { get; set; } = TimeSpan.FromMilliseconds(0.1);

    /// <summary>Longest one-way delay; each message draws its own, so messages overtake each other.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Share of hints that never arrive.</summary>
    public double HintLoss { get; set; }

    /// <summary>Share of hints that arrive twice.</summary>
    public double HintDuplication { get; set; }

    /// <summary>Share of requests or answers that never arrive.</summary>
    public double CallLoss { get; set; }

    /// <summary>The node cannot reach the store: what it sends is refused.</summary>
    public bool IsRefused { get; set; }

    /// <summary>What the node sends disappears.</summary>
    public bool DropsUp { get; set; }

    /// <summary>What is sent to the node disappears, answers and hints.</summary>
    public bool DropsDown { get; set; }
}
