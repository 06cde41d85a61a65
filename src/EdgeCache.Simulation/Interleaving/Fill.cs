namespace EdgeCache.Simulation.Interleaving;

/// <summary>One request of the edge on its way: to the shield, from there to the application if the shield has nothing fresh, and back.</summary>
internal sealed class Fill
{
    /// <summary>Where the request is.</summary>
    public enum Stage
    {
        Unsent,
        ToShield,
        ToApp,
        ToShieldAgain,
        ToEdge,
        Done,
    }

    public Stage At { get; set; }

    /// <summary>Generation and position of the edge when it sent.</summary>
    public (long Position, long Mark) EdgeSent { get; set; }

    /// <summary>Generation and position of the shield when it sent.</summary>
    public (long Position, long Mark) ShieldSent { get; set; }

    /// <summary>What is on its way down.</summary>
    public int Content { get; set; }

    public string State => $"{At}{EdgeSent}{ShieldSent}{Content}";
}
