namespace EdgeCache.Http.Storage;

/// <summary>What a look-up found.</summary>
internal enum FindOutcome
{
    /// <summary>Nothing is stored under the key.</summary>
    Miss,

    /// <summary>Variants are stored, none fits the request.</summary>
    VariantMiss,

    /// <summary>An entry; its lease must be disposed.</summary>
    Found,
}

/// <summary>What became of a fill or an update.</summary>
internal enum StoreOutcome
{
    /// <summary>Stored and visible to look-ups.</summary>
    Stored,

    /// <summary>A purge that covers it came after its request was sent.</summary>
    BelowFloor,

    /// <summary>The body is longer than the object limit.</summary>
    TooLarge,

    /// <summary>The head is longer than <see cref="StoreLimits.MaxHeadBytes"/>.</summary>
    HeadTooLarge,

    /// <summary>Everything that could be evicted is being read or filled.</summary>
    NoRoom,

    /// <summary>The body ended before or after its announced length, or failed.</summary>
    WrongLength,

    /// <summary>An answer to a later request is stored already.</summary>
    Superseded,

    /// <summary>The entry to be updated is gone or was replaced.</summary>
    Gone,
}

/// <summary>The words of <see cref="StoreOutcome"/>.</summary>
internal static class StoreOutcomeText
{
    /// <summary>The word for logs and metrics.</summary>
    public static string Text(this StoreOutcome outcome) => outcome switch
    {
        StoreOutcome.Stored => "stored",
        StoreOutcome.BelowFloor => "below-floor",
        StoreOutcome.TooLarge => "too-large",
        StoreOutcome.HeadTooLarge => "head-too-large",
        StoreOutcome.NoRoom => "no-room",
        StoreOutcome.WrongLength => "wrong-length",
        StoreOutcome.Superseded => "superseded",
        _ => "gone",
    };
}
