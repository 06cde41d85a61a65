namespace EdgeCache.Http.Rules;

/// <summary>Which fact a response field tells.</summary>
internal enum FactField : byte
{
    /// <summary>None that the rules need.</summary>
    None,
    Date,
    Expires,
    LastModified,
    ETag,
    Location,
    ContentLocation,
    CacheControl,
    Vary,
    SetCookie,

    /// <summary>A policy for this cache or for caches like it, which replaces Cache-Control (RFC 9213).</summary>
    Targeted,

    /// <summary>Tags or groups.</summary>
    Tags,
}

/// <summary>Tells by a field's name, in any case, which fact it is. The length separates nearly all names.</summary>
internal static class FactFields
{
    /// <summary>The fact of a name.</summary>
    public static FactField Of(string name) => name.Length switch
    {
        4 => Is(name, "Date") ? FactField.Date : Is(name, "ETag") ? FactField.ETag : Is(name, "Vary") ? FactField.Vary : FactField.None,
        7 when Is(name, "Expires") => FactField.Expires,
        8 when Is(name, "Location") => FactField.Location,
        9 when Is(name, TagFields.CacheTag) => FactField.Tags,
        10 when Is(name, "Set-Cookie") => FactField.SetCookie,
        11 when Is(name, "Set-Cookie2") => FactField.SetCookie,
        12 when Is(name, TagFields.CacheGroups) => FactField.Tags,
        13 => Is(name, "Cache-Control") ? FactField.CacheControl : Is(name, "Last-Modified") ? FactField.LastModified : Is(name, TagFields.SurrogateKey) ? FactField.Tags : FactField.None,
        16 when Is(name, "Content-Location") => FactField.ContentLocation,
        17 => Is(name, TargetedControl.EdgeCacheControl) || Is(name, TargetedControl.CdnCacheControl) || Is(name, SurrogateControl.Name) ? FactField.Targeted : FactField.None,
        _ => FactField.None,
    };

    private static bool Is(string name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);
}
