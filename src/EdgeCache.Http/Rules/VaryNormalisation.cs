namespace EdgeCache.Http.Rules;

/// <summary>What may be normalised in a field's value without a change of meaning (RFC 9111 §4.1).</summary>
internal enum ValueForm : byte
{
    /// <summary>A comma-separated list: lines join, space around members goes.</summary>
    List,

    /// <summary>A list whose members also compare without case.</summary>
    CaselessList,

    /// <summary>Free text in which commas mean nothing: only the space around it goes.</summary>
    Opaque,
}

/// <summary>
/// Knows the fields that are not plain lists. The order of members is kept: by the letter it has no meaning in Accept-Language, but applications take the first.
/// </summary>
internal static class VaryNormalisation
{
    /// <summary>The form of a field; the name is lower case.</summary>
    public static ValueForm Of(string name) => name switch
    {
        "accept-encoding" or "accept-language" or "accept-charset" => ValueForm.CaselessList,
        "cookie" or "user-agent" or "authorization" or "referer" or "origin" or "host" or "from" or "date" or "if-modified-since" or "if-unmodified-since"
            => ValueForm.Opaque,
        _ => ValueForm.List,
    };
}
