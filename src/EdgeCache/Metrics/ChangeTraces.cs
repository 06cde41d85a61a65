using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace EdgeCache.Metrics;

/// <summary>
/// One trace for each change, from the writer's id alone, so that whoever knows the change knows its trace without anything being carried along: <c>publish</c> where it is accepted is its
/// root, <c>apply</c> and <c>first-fresh</c> of each node hang below and are linked to it. A caller's own trace (W3C <c>traceparent</c>) is linked too. Thread-safe.
/// </summary>
internal static class ChangeTraces
{
    public const string SourceName = "EdgeCache";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>True when somebody collects.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The trace of a change, without a span in it.</summary>
    public static ActivityContext Of(string changeId) =>
        new(ActivityTraceId.CreateFromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(changeId)).AsSpan(0, 16)), default, ActivityTraceFlags.Recorded, isRemote: true);

    /// <summary>The span of a write that was committed between two times.</summary>
    public static ActivityContext Published(string changeId, string change, string kind, DateTimeOffset began, DateTimeOffset ended, ActivityContext caller)
    {
        var links = caller == default ? null : new[] { new ActivityLink(caller) };
        using var span = Start("publish", ActivityKind.Producer, Of(changeId), Tags(change, kind, null), links, began);
        span?.SetEndTime(ended.UtcDateTime);
        return span?.Context ?? default;
    }

    /// <summary>A node's share: <paramref name="what"/> is <c>apply</c> or <c>first-fresh</c>; <paramref name="published"/> is default where the write was somebody else's.</summary>
    public static void Reached(string what, ActivityContext published, string changeId, string change, string kind, string node, long acceptedAt, long at)
    {
        var (parent, links) = published == default ? (Of(changeId), null) : (published, new[] { new ActivityLink(published) });
        using var span = Start(what, ActivityKind.Consumer, parent, Tags(change, kind, node), links, DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(acceptedAt, at)));
        span?.SetEndTime(DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime);
    }

    // A parent without a span would get that of the request at hand, which belongs to another trace.
    private static Activity? Start(string name, ActivityKind kind, ActivityContext parent, List<KeyValuePair<string, object?>> tags, ActivityLink[]? links, DateTimeOffset began)
    {
        var around = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(name, kind, parent, tags, links, began);
        Activity.Current = around;
        return span;
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
