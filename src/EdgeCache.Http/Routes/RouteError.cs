namespace EdgeCache.Http.Routes;

/// <summary>One thing wrong in a rules file: where, what, and what is allowed.</summary>
internal sealed record RouteError(string File, string Path, string What, string Allowed)
{
    /// <summary><c>file:path: what; allowed: …</c></summary>
    public override string ToString() => $"{File}:{Path}: {What}; allowed: {Allowed}";
}
