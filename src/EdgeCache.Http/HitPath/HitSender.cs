using System.Buffers;
using EdgeCache.Http.Storage;

namespace EdgeCache.Http.HitPath;

/// <summary>Puts answers together in memory of the thread and hands them to the socket; what the socket does not take at once is sent as it can be. One per connection, one user at a time.</summary>
internal sealed class HitSender(HitWriter hits, SocketOutput output, ConnectionWatch watch, HitAccess? access = null)
{
    private const int MostPieces = 64;

    [ThreadStatic]
    private static byte[]? _scratch;

    /// <summary>The host last asked for.</summary>
    public HostMemo Host { get; } = new();

    /// <summary>The connection's output.</summary>
    public SocketOutput Output => output;

    /// <summary>Bytes put together and not sent yet.</summary>
    public int Filled { get; private set; }

    /// <summary>True when the next answer may not find room.</summary>
    public bool IsFull => Filled > HitLimits.ScratchBytes - HitLimits.AnswerHeadBytes - HitLimits.CopiedBodyBytes;

    private static byte[] Scratch => _scratch ??= GC.AllocateUninitializedArray<byte>(HitLimits.ScratchBytes, pinned: true);

    /// <summary>Puts the answer together if there is a hit. <paramref name="longBody"/> is to be given to <see cref="SendAsync(EntryLease)"/> at once.</summary>
    public bool TryAnswer(scoped in RawHead head, out EntryLease longBody)
    {
        var begun = access?.Begin() ?? 0;
        if (!hits.TryAnswer(head, Host, Scratch.AsSpan(Filled), out var written, out longBody))
        {
            return false;
        }

        access?.Note(in head, Scratch.AsSpan(Filled, written), longBody.IsHeld ? longBody.BodyLength : 0, begun);
        Filled += written;
        return true;
    }

    /// <summary>Sends what is put together; must follow on the same thread.</summary>
    public unsafe ValueTask SendAsync()
    {
        var length = Filled;
        Filled = 0;
        if (length == 0)
        {
            return default;
        }

        fixed (byte* start = Scratch)
        {
            var piece = new SendPiece { Start = start, Length = (nuint)length };
            var sent = SocketSend.TrySend(output.Socket.SafeHandle, &piece, 1);
            if (sent == length)
            {
                return default;
            }

            return sent < 0 ? Broken(default) : RestAsync(Copy(sent, length), default, 0);
        }
    }

    /// <summary>Sends what is put together and the body, which is sent from where it lies; ends the lease.</summary>
    public unsafe ValueTask SendAsync(EntryLease body)
    {
        var head = Filled;
        Filled = 0;
        var pieces = stackalloc SendPiece[MostPieces];
        fixed (byte* start = Scratch)
        {
            pieces[0] = new SendPiece { Start = start, Length = (nuint)head };
            var count = 1;
            var length = (long)head;
            var cursor = body.Body();
            while (count < MostPieces && cursor.TryReadSpan(out var piece))
            {
                fixed (byte* at = piece)
                {
                    pieces[count++] = new SendPiece { Start = at, Length = (nuint)piece.Length }; // Outside the object heap: it stays where it is.
                }

                length += piece.Length;
            }

            var sent = SocketSend.TrySend(output.Socket.SafeHandle, pieces, count);
            if (sent == length && cursor.Left == 0)
            {
                body.Dispose();
                return default;
            }

            return sent < 0 ? Broken(body) : RestAsync(Copy(Math.Min(sent, head), head), body, Math.Max(0, sent - head));
        }
    }

    private ValueTask Broken(EntryLease body)
    {
        body.Dispose();
        output.Break();
        return default;
    }

    private static ArraySegment<byte> Copy(long from, int to)
    {
        var length = to - (int)from;
        var copy = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
        Scratch.AsSpan((int)from, length).CopyTo(copy);
        return new(copy, 0, length);
    }

    /// <summary>A slow reader holds its own lease and nothing else.</summary>
    private async ValueTask RestAsync(ArraySegment<byte> head, EntryLease body, long from)
    {
        using var held = body;
        var goesOn = await output.SendAsync(head).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(head.Array!); // Rented by Copy.
        if (!body.IsHeld)
        {
            return;
        }

        var cursor = body.Body(from);
        while (goesOn && cursor.TryRead(out var piece))
        {
            goesOn = await output.SendAsync(piece).ConfigureAwait(false);
            watch.Enter(ConnectionPhase.Sending);
        }
    }
}
