namespace EdgeCache.Load.Keys;

/// <summary>Every key as often as any other.</summary>
public sealed class UniformKeys(int count) : IKeyChooser
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public int Pick(Random random) => random.Next(count);

    /// <inheritdoc/>
    public double Share(int key) => 1d / count;
}
