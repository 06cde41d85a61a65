using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>The end of one question: what a client is told. Immutable.</summary>
internal sealed record Resolution(Rcode Rcode)
{
    /// <summary>CNAMEs, DNAMEs and records in order, with the TTLs to show.</summary>
    public IReadOnlyList<OwnedSet> Answer { get; init; } = [];

    /// <summary>The SOA of a negative answer.</summary>
    public OwnedSet? Soa { get; init; }

    /// <summary>A part of it came from an authority that had not applied what this node has.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Why it failed, or what is to be said about it.</summary>
    public ExtendedError? Error { get; init; }

    public string ErrorText { get; init; } = string.Empty;

    public static Resolution Failed(ExtendedError error, string text = "") => new(Rcode.ServFail) { Error = error, ErrorText = text };
}
