using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace EdgeCache.Metrics;

/// <summary>
/// One trace for each change, from the writer's id alone, so that whoever knows the change knows its trace without anything being carried along: <c>publish</c> where it is accepted, then
/// <c>apply</c> and <c>first-fresh</c> for each node, linked to it. A caller's own trace (W3C <c>traceparent</c>) is linked too. Thread-safe.
/// </summary>
internal static class ChangeTraces
{
    public const string SourceName = "EdgeCache";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>True when somebody collects.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The trace of a change.</summary>
    public static ActivityContext Of(string changeId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(changeId));
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash.AsSpan(0, 16)), ActivitySpanId.CreateFromBytes(hash.AsSpan(16, 8)), ActivityTraceFlags.Recorded, isRemote: true);
    }

    /// <summary>The span of a write that was committed between two times.</summary>
    public static void Published(string changeId, string change, string kind, DateTimeOffset began, DateTimeOffset ended, ActivityContext caller)
    {
        var links = caller == default ? null : new[] { new ActivityLink(caller) };
        using var span = Source.StartActivity("publish", ActivityKind.Producer, Of(changeId), Tags(change, kind, null), links, began);
        span?.SetEndTime(ended.UtcDateTime);
    }

    /// <summary>A node's share: <paramref name="what"/> is <c>apply</c> or <c>first-fresh</c>.</summary>
    public static void Reached(string what, string changeId, string change, string kind, string node, long acceptedAt, long at)
    {
        var trace = Of(changeId);
        using var span = Source.StartActivity(
            what, ActivityKind.Consumer, trace, Tags(change, kind, node), [new ActivityLink(trace)], DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(acceptedAt, at)));
        span?.SetEndTime(DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime);
    }

    private static List<KeyValuePair<string, object?>> Tags(string change, string kind, string? node)
    {
        var tags = new List<KeyValuePair<string, object?>> { new("edgecache.change", change), new("edgecache.kind", kind) };
        if (node is not null)
        {
            tags.Add(new("edgecache.node", node));
        }

        return tags;
    }
}
