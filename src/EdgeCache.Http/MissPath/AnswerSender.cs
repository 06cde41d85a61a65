using System.Buffers;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.MissPath;

/// <summary>
/// Sends answers to a client as they come: a short one goes out in one piece, of any other the first bytes never wait for the next. What breaks off ends the connection, so that
/// nobody takes it for the whole (RFC 9112 §8); before the first byte it is a 502. Thread-safe.
/// </summary>
internal sealed class AnswerSender(EdgeNode node)
{
    private const int Piece = 64 * 1024;
    private readonly AnswerHead _heads = new(node);

    /// <summary>Sends an answer and lets go of it.</summary>
    public async ValueTask SendAsync(EdgeAnswer answer, MissClient client)
    {
        try
        {
            if (answer.Reader is { } reader)
            {
                await StreamAsync(client, reader, _heads.Write(client, in answer)).ConfigureAwait(false);
            }
            else
            {
                await MessageAsync(client, answer.Message!).ConfigureAwait(false); // There is one or the other.
            }
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException)
        {
            await BreakAsync(client).ConfigureAwait(false);
        }
        finally
        {
            answer.Reader?.Dispose();
            answer.Message?.Dispose();
        }
    }

    private async ValueTask BreakAsync(MissClient client)
    {
        if (client.HasBegun || client.Gone.IsCancellationRequested)
        {
            client.Output.Break();
            return;
        }

        client.Output.Discard();
        using var problem = UpstreamProblem.Answer(node, CacheReason.UpstreamError, CacheReason.UpstreamError);
        await MessageAsync(client, problem).ConfigureAwait(false);
    }

    private static async ValueTask StreamAsync(MissClient client, FillReader reader, long length)
    {
        var left = length;
        while (left != 0 && !client.Output.IsBroken)
        {
            var reading = reader.ReadAsync(client.Gone);
            if (!reading.IsCompleted)
            {
                await client.FlushAsync().ConfigureAwait(false);
            }

            var read = await reading.ConfigureAwait(false);
            if (read.State != FillReadState.Data)
            {
                End(client, read.State == FillReadState.End, length, left);
                break;
            }

            left = Put(client, read.Data.Span, length, left);
            await client.FlushIfFullAsync().ConfigureAwait(false);
        }

        await client.FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask MessageAsync(MissClient client, HttpResponseMessage message)
    {
        var length = _heads.Write(client, message);
        var body = await message.Content.ReadAsStreamAsync(client.Gone).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(length is >= 0 and < Piece ? (int)length : Piece);
        try
        {
            var left = length;
            while (left != 0 && !client.Output.IsBroken)
            {
                var reading = body.ReadAsync(buffer, client.Gone);
                if (!reading.IsCompleted)
                {
                    await client.FlushAsync().ConfigureAwait(false);
                }

                var read = await reading.ConfigureAwait(false);
                if (read == 0)
                {
                    End(client, isWhole: true, length, left);
                    break;
                }

                left = Put(client, buffer.AsSpan(0, read), length, left);
                await client.FlushIfFullAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await client.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Writes a piece; returns what is left to come.</summary>
    private static long Put(MissClient client, ReadOnlySpan<byte> piece, long length, long left)
    {
        client.BodyBytes += piece.Length;
        if (length == AnswerHead.Chunked)
        {
            HeadBytes.Chunk(client.Output, piece);
            return left;
        }

        if (piece.Length > left)
        {
            throw new IOException("the body is longer than announced");
        }

        client.Output.Write(piece);
        return left - piece.Length;
    }

    private static void End(MissClient client, bool isWhole, long length, long left)
    {
        if (!isWhole || length != AnswerHead.Chunked)
        {
            throw new IOException($"the body broke off, {left} bytes before its end");
        }

        HeadBytes.LastChunk(client.Output);
    }
}
