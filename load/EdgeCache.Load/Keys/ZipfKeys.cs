namespace EdgeCache.Load.Keys;

/// <summary>Key k is asked for in proportion to 1/(k+1)^s: few keys get most of the traffic, as on the web. Thread-safe.</summary>
public sealed class ZipfKeys : IKeyChooser
{
    private readonly double[] _cumulative;

    /// <summary>Builds the table of cumulative shares, 8 bytes a key.</summary>
    public ZipfKeys(int count, double exponent)
    {
        _cumulative = new double[count];
        var sum = 0d;
        for (var i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -exponent);
            _cumulative[i] = sum;
        }

        for (var i = 0; i < count; i++)
        {
            _cumulative[i] /= sum;
        }
    }

    /// <inheritdoc/>
    public int Count => _cumulative.Length;

    /// <inheritdoc/>
    public int Pick(Random random)
    {
        var found = Array.BinarySearch(_cumulative, random.NextDouble());
        return Math.Min(found < 0 ? ~found : found + 1, Count - 1);
    }

    /// <inheritdoc/>
    public double Share(int key) => key == 0 ? _cumulative[0] : _cumulative[key] - _cumulative[key - 1];
}
