using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>A node's name: it stands in <c>Cache-Status</c>, so it is an RFC 9651 token.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NodeNameAttribute : RegularExpressionAttribute
{
    public NodeNameAttribute()
        : base("^[A-Za-z][A-Za-z0-9_.-]{0,63}$") => ErrorMessage = "this is not a node name | a letter, then up to 63 letters, digits, '-', '_' or '.'";
}
