using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;

namespace EdgeCache.Http.Fetching;

/// <summary>Compares a request with the selected fields of stored variants (RFC 9111 §4.1). Lives on the stack.</summary>
internal readonly ref struct VariantMatch<T>(T request, FieldNames names) : IVariantMatcher
    where T : IFieldSource, allows ref struct
{
    private readonly T _request = request;
    private readonly FieldNames _names = names;

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> variantKey) => VaryKey.Matches(variantKey, in _request, _names);
}
