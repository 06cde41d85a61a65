namespace EdgeCache.Http.Rules;

/// <summary>Type of a structured value (RFC 9651 §3).</summary>
internal enum StructuredKind : byte
{
    /// <summary>true or false.</summary>
    Boolean,
    Integer,
    Decimal,
    String,
    Token,
    Bytes,
    Date,
    DisplayString,
    InnerList,
}

/// <summary>A value with its type. Parameters are checked and forgotten: none of the fields read here gives them a meaning.</summary>
internal readonly record struct StructuredValue(StructuredKind Kind, long Number = 0, string Text = "")
{
    /// <summary>True for the Boolean true.</summary>
    public bool IsTrue => Kind == StructuredKind.Boolean && Number == 1;
}
