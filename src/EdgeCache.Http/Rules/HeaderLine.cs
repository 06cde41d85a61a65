namespace EdgeCache.Http.Rules;

/// <summary>One header line as received: lines of the same name keep their order, names compare without case.</summary>
internal readonly record struct HeaderLine(string Name, string Value)
{
    /// <summary>True when the line carries the named field.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
