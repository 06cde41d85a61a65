using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace EdgeCache.Http.Framing;

/// <summary>A connection's transport with a <see cref="RequestGuard"/> on its input.</summary>
internal sealed class GuardedTransport : IDuplexPipe
{
    /// <summary>Puts a guard before <paramref name="transport"/>; what it refuses is told to <paramref name="onRefused"/>.</summary>
    public GuardedTransport(IDuplexPipe transport, string node, Action<FramingProblem> onRefused, Func<PipeWriter, PipeWriter> output)
    {
        Output = output(transport.Output);
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
        var status = problem.Status();
        var body = $"{status} {problem.Text()}\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\n"
            + $"Cache-Status: {node}; fwd=bypass; detail={problem.Text()}\r\nConnection: close\r\n\r\n{body}");
    }
}
