using System.Text;
using EdgeCache.Dns.Transport;

namespace EdgeCache.Dns.QueryLog;

/// <summary>Writes a line for what became of each query that a responder is given. A sink that has no room costs the line, never the answer. Thread-safe.</summary>
public sealed class LoggedResponder : IDnsResponder
{
    private readonly IDnsResponder _inner;
    private readonly QueryLogSink _sink;
    private readonly TimeProvider _time;
    private readonly byte[] _node;

    /// <summary>Logs for <paramref name="inner"/>; <paramref name="node"/> ends each line.</summary>
    public LoggedResponder(IDnsResponder inner, QueryLogSink sink, string node, TimeProvider time)
    {
        _inner = inner;
        _sink = sink;
        _node = Encoding.UTF8.GetBytes(node);
        _time = time;
    }

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        long start = _time.GetTimestamp();
        int length = _inner.Respond(query, source, response);
        if (length != Verdicts.Later)
        {
            Write(query, source, length > 0 ? default(QueryOutcome).With(response[..length]) : default, start);
        }

        return length;
    }

    /// <inheritdoc/>
    public async ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation)
    {
        long start = _time.GetTimestamp();
        var watched = new WatchedSink(sink);
        try
        {
            await _inner.RespondAsync(query, source, watched, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Write(query.Span, source, watched.Outcome, start);
        }
    }

    private void Write(ReadOnlySpan<byte> query, in QuerySource source, in QueryOutcome outcome, long start)
    {
        Span<byte> line = stackalloc byte[QueryLine.MaxLength];
        int length = QueryLine.Write(line, _time.GetUtcNow(), source, query, outcome, _time.GetElapsedTime(start), _node);
        _sink(line[..length]);
    }

    /// <summary>Messages of one query come one after the other.</summary>
    private sealed class WatchedSink(IResponseSink inner) : IResponseSink
    {
        public QueryOutcome Outcome { get; private set; }

        public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
        {
            QueryOutcome with = Outcome.With(message.Span); // Before the memory is used again.
            bool sent = await inner.SendAsync(message, cancellation).ConfigureAwait(false);
            Outcome = sent ? with : Outcome;
            return sent;
        }
    }
}
