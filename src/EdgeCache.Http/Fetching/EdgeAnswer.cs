using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.Fetching;

/// <summary>What the cache answers: a message, or a place in a stream that a fill brings, whose head is written as the client's side likes best. Owned by whoever takes it.</summary>
internal readonly struct EdgeAnswer
{
    /// <summary>A message.</summary>
    public EdgeAnswer(HttpResponseMessage message) => Message = message;

    /// <summary>
    /// A place in a stream. <paramref name="withheld"/>: lines of the head for this client alone. <paramref name="belowFloor"/>: purged
    /// meanwhile, so it must not be kept downstream either (PLANE.md 16).
    /// </summary>
    public EdgeAnswer(FillHead head, HeaderLine[] withheld, FillReader reader, CacheStatus status, bool belowFloor)
    {
        Head = head;
        Withheld = withheld;
        Reader = reader;
        Status = status;
        IsBelowFloor = belowFloor;
    }

    /// <summary>The message; null for a stream.</summary>
    public HttpResponseMessage? Message { get; }

    /// <summary>The stream's head; null for a message.</summary>
    public FillHead? Head { get; }

    /// <summary>Lines that belong to the head for this client alone.</summary>
    public HeaderLine[] Withheld { get; } = [];

    /// <summary>The place in the stream; null for a message.</summary>
    public FillReader? Reader { get; }

    /// <summary>What Cache-Status says of a stream.</summary>
    public CacheStatus Status { get; }

    /// <summary>True for a stream that must not be kept downstream.</summary>
    public bool IsBelowFloor { get; }

    /// <summary>As a message, for a proxy; the request owns the place in the stream from then on.</summary>
    public HttpResponseMessage ToMessage(EdgeNode node, EdgeRequest request)
    {
        if (Message is { } message)
        {
            return message;
        }

        var reader = Reader!; // Without a message there is a stream.
        request.Own(reader);
        return StreamAnswer.Make(node, request, Head!, Withheld, reader, Status, IsBelowFloor);
    }
}
