using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>Max-Forwards of an OPTIONS request (RFC 9110 §7.6.2): how many hops it may still take. Other methods ignore it, TRACE goes no further anyway.</summary>
internal static class MaxForwards
{
    /// <summary>True when this node must answer instead of forwarding.</summary>
    public static bool EndsHere(StringValues field) => field.Count == 1 && DeltaSeconds.Parse(FieldSyntax.Trim(field[0])) is { IsValid: true, Value: 0 };

    /// <summary>The field for the next hop: one less; unreadable ones pass as they are.</summary>
    public static StringValues Less(StringValues field) =>
        field.Count == 1 && DeltaSeconds.Parse(FieldSyntax.Trim(field[0])) is { IsValid: true, Value: > 0 and var left } ? (left - 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : field;
}
