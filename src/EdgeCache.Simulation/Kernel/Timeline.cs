using System.Text;

namespace EdgeCache.Simulation.Kernel;

/// <summary>What happened in a world, a line each: when, who, what. Keeps the newest lines.</summary>
public sealed class Timeline
{
    /// <summary>Lines kept.</summary>
    public const int MaxLines = 5_000;

    private readonly Queue<string> _lines = new();

    /// <summary>Lines, oldest first.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    internal void Add(TimeSpan at, string who, string what)
    {
        _lines.Enqueue($"{at.TotalMilliseconds,12:0.000} ms  {who,-10} {what}");
        if (_lines.Count > MaxLines)
        {
            _lines.Dequeue();
        }
    }

    /// <summary>The last lines as text.</summary>
    public string Last(int count)
    {
        var text = new StringBuilder();
        foreach (var line in _lines.Skip(Math.Max(0, _lines.Count - count)))
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }
}
