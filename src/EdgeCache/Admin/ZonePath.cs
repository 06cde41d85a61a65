using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Records;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>Zones and records as they stand in a path.</summary>
internal static class ZonePath
{
    /// <summary>Stands for the root zone, since a path segment <c>.</c> is removed on its way (RFC 3986 §5.2.4).</summary>
    public const string Root = "@";

    public static bool TryZone(string text, out ZoneName zone, [NotNullWhen(false)] out IResult? refusal)
    {
        var good = ZoneName.TryParse(text == Root ? "." : text, out zone, out var error);
        refusal = good ? null : Problem.BadRequest($"'{text}' is not a zone", error);
        return good;
    }

    public static bool TryRecord(string zoneText, string name, string type, out ZoneName zone, out RecordKey key, [NotNullWhen(false)] out IResult? refusal)
    {
        key = default;
        if (!TryZone(zoneText, out zone, out refusal))
        {
            return false;
        }

        var good = RecordKey.TryParse(name, type, out key, out var error);
        refusal = good ? null : Refuse($"'{name}/{type}' is not a record", error!); // There is one when it is not good.
        return good;
    }

    /// <summary>A reason that says itself what is allowed has it behind a colon.</summary>
    private static IResult Refuse(string what, string reason) =>
        reason.IndexOf(": ", StringComparison.Ordinal) is > 0 and var cut ? Problem.BadRequest(reason[..cut], reason[(cut + 2)..]) : Problem.BadRequest(what, reason);
}
