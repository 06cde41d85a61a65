namespace EdgeCache.Dns.Data.Text;

/// <summary>Why a text is not what it should be, and at which octet. The default means: nothing is wrong.</summary>
internal readonly record struct PresentationFault(int Offset, string? Reason)
{
    public bool IsNone => Reason is null;
}
