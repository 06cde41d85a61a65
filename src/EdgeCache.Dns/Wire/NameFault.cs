namespace EdgeCache.Dns.Wire;

/// <summary>Why a text is no domain name.</summary>
internal enum NameFault
{
    None,
    Empty,
    EmptyLabel,
    LabelTooLong,
    NameTooLong,
    BadEscape,
    NoOrigin,
}
