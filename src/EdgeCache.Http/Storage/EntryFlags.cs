namespace EdgeCache.Http.Storage;

/// <summary>What kind of entry it is. The store keeps the bits and reads only those that say so.</summary>
[Flags]
internal enum EntryFlags : ushort
{
    /// <summary>An ordinary stored response.</summary>
    None = 0,

    /// <summary>No response: "uncacheable, do not queue". Seen until <see cref="EntryDraft.DeadAt"/>; read by the store.</summary>
    PassMark = 1 << 0,

    /// <summary>From here on the caller's bits, which the store keeps unread.</summary>
    FirstFree = 1 << 8,
}
