using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Transport;

/// <summary>Answers with the query itself, QR set. The first label of the name says how: now, later (after <see cref="Gate"/>), hold (the thread, until then), never, throw.</summary>
internal sealed class ScriptedResponder : IDnsResponder
{
    public TaskCompletionSource Gate { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Seen;

    public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        Interlocked.Increment(ref Seen);
        switch (LabelOf(query))
        {
            case "now":
                return Echo(query, response);
            case "hold":
                Gate.Task.GetAwaiter().GetResult();
                return Echo(query, response);
            case "throw":
                throw new InvalidOperationException("scripted");
            case "never":
                return Verdicts.Drop;
            default:
                return Verdicts.Later;
        }
    }

    public async ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation)
    {
        string label = LabelOf(query.Span);
        if (label == "latethrow")
        {
            throw new InvalidOperationException("scripted");
        }

        if (label == "later")
        {
            await Gate.Task.WaitAsync(cancellation);
        }

        byte[] answer = new byte[query.Length];
        Echo(query.Span, answer);
        await sink.SendAsync(answer, cancellation);
    }

    public static byte[] Query(string name, ushort id = 1)
    {
        byte[] buffer = new byte[300];
        new Header { Id = id, Flags = Header.RecursionDesiredFlag, QuestionCount = 1 }.TryWrite(buffer);
        var writer = new WireWriter(buffer, default, WireLimits.HeaderLength);
        Assert.True(DomainName.TryParse(name, out DomainName parsed));
        Assert.True(Question.TryWrite(ref writer, parsed.Wire, RecordType.A));
        return writer.Written.ToArray();
    }

    private static int Echo(ReadOnlySpan<byte> query, Span<byte> response)
    {
        query.CopyTo(response);
        response[2] |= 0x80;
        return query.Length;
    }

    private static string LabelOf(ReadOnlySpan<byte> query) =>
        query.Length > 13 && query[12] < 64 && query.Length > 13 + query[12] ? System.Text.Encoding.ASCII.GetString(query.Slice(13, query[12])) : "never";
}
