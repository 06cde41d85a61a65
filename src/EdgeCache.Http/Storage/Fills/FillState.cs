namespace EdgeCache.Http.Storage.Fills;

/// <summary>Where a fill stands.</summary>
internal enum FillState
{
    /// <summary>The whole body is kept; readers may still join at its start.</summary>
    Storing,

    /// <summary>The body will not be stored: only a window of it is kept for the readers who are there.</summary>
    PassingThrough,

    /// <summary>The body has ended.</summary>
    Completed,

    /// <summary>The body broke off or was given up.</summary>
    Failed,
}

/// <summary>What a read gave.</summary>
internal enum FillReadState
{
    /// <summary>Some bytes.</summary>
    Data,

    /// <summary>The body has ended.</summary>
    End,

    /// <summary>The body broke off, or this reader was too slow for a fill in pass-through: the client must not get a complete answer.</summary>
    Failed,
}

/// <summary>A piece of a body, valid until the reader's next read or its end.</summary>
internal readonly record struct FillRead(FillReadState State, ReadOnlyMemory<byte> Data);
