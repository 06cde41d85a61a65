namespace EdgeCache.Zones.Stores;

/// <summary>The store could not be asked or did not answer: I/O, never something a caller sent.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes one.</summary>
    public StoreException()
    {
    }

    /// <summary>Makes one with a message for the operator.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and its cause.</summary>
    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
