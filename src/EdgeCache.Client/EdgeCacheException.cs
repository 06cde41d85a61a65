using EdgeCache.Client.Model;

namespace EdgeCache.Client;

/// <summary>The admin API refused a call, or could not be reached (<see cref="Problem"/> then has status 0).</summary>
public sealed class EdgeCacheException : Exception
{
    /// <summary>Makes one.</summary>
    public EdgeCacheException()
        : this(new ProblemDocument())
    {
    }

    /// <summary>Makes one with a message.</summary>
    public EdgeCacheException(string message)
        : this(new ProblemDocument { Title = message })
    {
    }

    /// <summary>Makes one with a message and its cause.</summary>
    public EdgeCacheException(string message, Exception innerException)
        : base(message, innerException) => Problem = new ProblemDocument { Title = message };

    /// <summary>Makes one from what the server said.</summary>
    public EdgeCacheException(ProblemDocument problem)
        : base(Describe(problem)) => Problem = problem;

    /// <summary>What the server said.</summary>
    public ProblemDocument Problem { get; }

    private static string Describe(ProblemDocument problem) =>
        string.Join("; ", new[] { problem.Title, problem.Detail, problem.Allowed is null ? null : $"allowed: {problem.Allowed}" }.Where(t => !string.IsNullOrEmpty(t)));
}
