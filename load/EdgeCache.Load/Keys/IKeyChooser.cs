namespace EdgeCache.Load.Keys;

/// <summary>Picks which key an arrival asks for, 0…<see cref="Count"/> − 1.</summary>
public interface IKeyChooser
{
    /// <summary>Number of keys.</summary>
    int Count { get; }

    /// <summary>The next key. The caller owns the generator and its thread.</summary>
    int Pick(Random random);

    /// <summary>Share of the arrivals that ask for <paramref name="key"/>; all shares add up to 1.</summary>
    double Share(int key);
}
