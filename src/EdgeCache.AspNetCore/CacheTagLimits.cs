namespace EdgeCache.AspNetCore;

/// <summary>What a response may carry in tags. An edge takes more; a proxy in between may not.</summary>
internal static class CacheTagLimits
{
    /// <summary>Most tags of one response.</summary>
    public const int MaxTags = 1_000;

    /// <summary>Longest tag, characters.</summary>
    public const int MaxTagLength = 1_024;

    /// <summary>Longest <c>Cache-Tag</c> field, characters.</summary>
    public const int MaxFieldLength = 16 * 1_024;

    /// <summary>Longest template, characters.</summary>
    public const int MaxTemplateLength = 256;
}
