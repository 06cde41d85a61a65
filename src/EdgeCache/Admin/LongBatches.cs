using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>Marks calls whose body may be a whole zone.</summary>
internal sealed class TakesLongBatch;

/// <summary>Too many long batches are being taken in.</summary>
internal sealed class TooManyLongBatchesException : Exception
{
    public const int RetryAfterSeconds = 5;
}

/// <summary>
/// Batches long enough for a whole zone, of which few are taken in at a time: they wait for each other at the log, each with its body and the objects made of it. Thread-safe.
/// </summary>
internal sealed class LongBatches
{
    public const int MaxAtATime = 4;

    private int _now;

    /// <summary>Watches the bodies of calls that may have one.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TakesLongBatch>() is not null)
        {
            var body = new PacedBody(context.Request.Body, this);
            context.Request.Body = body;
            context.Response.RegisterForDispose(body);
        }

        return next(context);
    }

    /// <summary>Takes a place until <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref _now) > MaxAtATime)
        {
            Leave();
            throw new TooManyLongBatchesException();
        }
    }

    public void Leave() => Interlocked.Decrement(ref _now);
}
