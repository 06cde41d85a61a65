namespace EdgeCache.Http.Storage;

/// <summary>What kind of entry it is.</summary>
[Flags]
internal enum EntryFlags : byte
{
    /// <summary>An ordinary stored response.</summary>
    None = 0,

    /// <summary>No response: "uncacheable, do not queue". Seen until <see cref="EntryDraft.DeadAt"/>; read by the store.</summary>
    PassMark = 1 << 0,
}
