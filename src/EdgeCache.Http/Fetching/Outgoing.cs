using EdgeCache.Http.MissPath;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Http.Fetching;

/// <summary>Sends a request to the upstream.</summary>
internal delegate Task<HttpResponseMessage> UpstreamSend(HttpRequestMessage message, CancellationToken cancellation);

/// <summary>Conditions and ranges of the message to the upstream: the client's, ours, or none (RFC 9111 §4.3.1).</summary>
internal static class Outgoing
{
    private static readonly string[] OfTheClient = ["If-None-Match", "If-Modified-Since", "If-Range", "Range"];

    /// <summary>As the client sent it.</summary>
    public static void AsAsked(HttpRequestMessage message, EdgeRequest request)
    {
        if (message is RawMessage { IsPlain: true })
        {
            return; // Its client asked for none.
        }

        foreach (var name in OfTheClient)
        {
            message.Headers.Remove(name);
            foreach (var value in request.Fields.Field(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>The whole response.</summary>
    public static void InFull(HttpRequestMessage message)
    {
        if (message is RawMessage { IsPlain: true })
        {
            return;
        }

        foreach (var name in OfTheClient)
        {
            message.Headers.Remove(name);
        }
    }

    /// <summary>The whole response unless it is the stored one.</summary>
    public static void Validating(HttpRequestMessage message, EntryLease stored)
    {
        InFull(message);
        if (message is RawMessage raw)
        {
            raw.IsPlain = false;
        }

        foreach (var line in Validation.Conditions(LinesOf(stored)))
        {
            message.Headers.TryAddWithoutValidation(line.Name, line.Value);
        }
    }

    /// <summary>An upstream tier must not answer from below where this node stands (PLANE.md 8).</summary>
    public static void WithFloor(HttpRequestMessage message, Position position)
    {
        message.Headers.Remove(TierFields.Floor);
        if (position.Epoch.Value != 0)
        {
            message.Headers.TryAddWithoutValidation(TierFields.Floor, position.ToString());
        }
    }

    /// <summary>What was asked of this node is asked of the tier above: a stored answer of its own may be older.</summary>
    public static void WithLevel(HttpRequestMessage message, EdgeRequest request)
    {
        message.Headers.Remove(TierFields.Consistency);
        message.Headers.Remove(TierFields.Session);
        if (request.Level is { } level)
        {
            message.Headers.TryAddWithoutValidation(TierFields.Consistency, level.Asked);
        }

        if (request.Asked is { Outcome: TokenOutcome.Valid, Text: { } token })
        {
            message.Headers.TryAddWithoutValidation(TierFields.Session, token);
        }
    }

    /// <summary>A stored head as lines.</summary>
    public static HeaderLine[] LinesOf(EntryLease stored)
    {
        var lines = new List<HeaderLine>();
        foreach (var field in stored.Head.Fields)
        {
            foreach (var value in field.Values)
            {
                lines.Add(new(field.Name, value ?? ""));
            }
        }

        return [.. lines];
    }
}
