namespace EdgeCache.Http.Storage;

/// <summary>Says whether a request fits the selected fields of a stored variant (RFC 9111 §4.1).</summary>
internal interface IVariantMatcher
{
    /// <summary>True when the request has the same selected fields. Must not call the store.</summary>
    bool Matches(ReadOnlySpan<byte> variantKey);
}
