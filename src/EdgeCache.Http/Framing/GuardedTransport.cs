using System.IO.Pipelines;
using System.Text;

namespace EdgeCache.Http.Framing;

/// <summary>A connection's transport with a <see cref="RequestGuard"/> on its input.</summary>
internal sealed class GuardedTransport : IDuplexPipe
{
    /// <summary>Puts a guard before <paramref name="transport"/>; what it refuses is told to <paramref name="onRefused"/>.</summary>
    public GuardedTransport(IDuplexPipe transport, string node, Action<FramingProblem> onRefused)
    {
        Output = transport.Output;
        Guard = new RequestGuard(transport.Input, problem => Refused(node, problem, onRefused), transport.Output);
    }

    /// <summary>The guard, for the request under way.</summary>
    public RequestGuard Guard { get; }

    /// <inheritdoc/>
    public PipeReader Input => Guard;

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    private static ReadOnlyMemory<byte> Refused(string node, FramingProblem problem, Action<FramingProblem> onRefused)
    {
        onRefused(problem);
        var body = $"400 {problem.Text()}\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\n"
            + $"Cache-Status: {node}; fwd=bypass; detail={problem.Text()}\r\nConnection: close\r\n\r\n{body}");
    }
}
