using EdgeCache.Http;

namespace EdgeCache.Nodes;

/// <summary>The edges of this process, for whoever asks them to explain a URL. Thread-safe.</summary>
internal sealed class EdgeDesk
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, IServiceProvider> _edges = new(StringComparer.Ordinal);

    public void Open(string node, IServiceProvider services)
    {
        lock (_lock)
        {
            _edges[node] = services;
        }
    }

    public void Close(string node)
    {
        lock (_lock)
        {
            _edges.Remove(node);
        }
    }

    /// <summary>What each edge says; or what is wrong with the URL.</summary>
    public (IReadOnlyList<UrlExplanation> Edges, string? Error) Explain(string url)
    {
        var said = new List<UrlExplanation>();
        lock (_lock)
        {
            foreach (var edge in _edges.Values)
            {
                if (edge.ExplainUrl(url, out var error) is not { } explanation)
                {
                    return ([], error);
                }

                said.Add(explanation);
            }
        }

        return (said, null);
    }
}
