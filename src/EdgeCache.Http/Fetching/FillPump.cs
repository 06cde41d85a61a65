using EdgeCache.Http.HitPath;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Fetching;

/// <summary>Streams the body of an upstream's answer into the store.</summary>
internal sealed partial class FillPump(EdgeNode node, FillJudge judge, StopSources stops, ILogger log)
{
    /// <summary>Longest body that is read before the head is given to the one who leads, bytes.</summary>
    private const long ShortBody = 16 * 1024;

    /// <summary>Runs to the end of the body; owns the stream and the response, and throws only what nobody foresaw.</summary>
    public async Task RunAsync(Fill fill, EntryFill stream, HttpResponseMessage response)
    {
        // A short body is most often here with its head; for any other the one who leads must not wait.
        var length = UpstreamHead.LengthOf(response); // The connection gives exactly so much, or fails.
        if (length is not <= ShortBody)
        {
            await default(LeaveThread);
        }

        var idle = (CancellationTokenSource?)null;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
            while (stream.Written != length)
            {
                var making = stream.GetRoomAsync(CancellationToken.None);
                var room = making.IsCompletedSuccessfully ? making.Result : await making.ConfigureAwait(false);
                if (room.IsEmpty)
                {
                    return;
                }

                var reading = body.ReadAsync(room, (idle ??= stops.Take()).Token);
                var isWaiting = !reading.IsCompleted;
                if (isWaiting)
                {
                    idle.CancelAfter(node.Options.BodyIdleTimeout);
                }

                var read = await reading.ConfigureAwait(false);
                if (isWaiting)
                {
                    idle.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                if (read == 0)
                {
                    break;
                }

                stream.Advance(read);
            }

            Complete(fill, stream);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException)
        {
            node.Tally.CountUpstreamFailure();
            LogTruncated(log, fill.Leader.Host, problem.Message);
        }
        finally
        {
            stream.Dispose();
            response.Dispose();
            if (idle is not null)
            {
                stops.Return(idle);
            }
        }
    }

    private void Complete(Fill fill, EntryFill stream)
    {
        if (stream.Complete() == StoreOutcome.TooLarge)
        {
            judge.MarkPass(fill, CacheReason.TooLarge, 200);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The upstream's answer for {Host} broke off: {Problem}")]
    private static partial void LogTruncated(ILogger log, string host, string problem);
}
