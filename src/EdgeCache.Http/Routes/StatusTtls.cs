using System.Collections.Frozen;

namespace EdgeCache.Http.Routes;

/// <summary>Lifetimes by status code or class (<c>404</c>, <c>5xx</c>); the code comes before the class.</summary>
internal sealed class StatusTtls
{
    private readonly FrozenDictionary<int, uint> _seconds;

    /// <summary>Makes the table; a class <c>5xx</c> has the key 5.</summary>
    public StatusTtls(IReadOnlyDictionary<int, uint> seconds) => _seconds = seconds.ToFrozenDictionary();

    /// <summary>No lifetimes.</summary>
    public static StatusTtls None { get; } = new(new Dictionary<int, uint>());

    /// <summary>Seconds for a status, or null.</summary>
    public uint? For(int status) =>
        _seconds.Count == 0 ? null
        : _seconds.TryGetValue(status, out var exact) ? exact
        : _seconds.TryGetValue(status / 100, out var ofClass) ? ofClass
        : null;
}
