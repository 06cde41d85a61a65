using EdgeCache.Http.Interim;

namespace EdgeCache.Http.MissPath;

/// <summary>A message to the upstream that knows its client's way for interim responses without a look-up.</summary>
internal sealed class RawMessage(Uri target, InterimRelay relay) : HttpRequestMessage(HttpMethod.Get, target)
{
    /// <summary>The way to the client.</summary>
    public InterimRelay Relay => relay;

    /// <summary>True while it carries neither conditions nor ranges; its client sent none.</summary>
    public bool IsPlain { get; set; } = true;
}
