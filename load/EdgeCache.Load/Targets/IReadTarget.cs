using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Targets;

/// <summary>What a read brought: the version the answer carried (0: none), and who made it. <see cref="Error"/>: a short reason from a closed set.</summary>
public readonly record struct ReadAnswer(long Version, ServedBy ServedBy, string? Error, string? Session = null);

/// <summary>Something that answers reads: an HTTP cache or a resolver. Thread-safe.</summary>
public interface IReadTarget : IAsyncDisposable
{
    /// <summary>Name for the report: host and port, or the node's name.</summary>
    string Name { get; }

    /// <summary>Reads a key. <paramref name="session"/>: a token from an earlier answer, for targets that know tokens. Never throws for what a target does.</summary>
    ValueTask<ReadAnswer> ReadAsync(int key, long sentAt, string? session, CancellationToken cancellation);
}
