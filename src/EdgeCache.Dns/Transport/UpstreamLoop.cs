using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Linux: the UDP questions under way and the one thread that waits for their replies. Who awaits a reply goes on upon that thread, which a miss needs only
/// a look at the reply and another send for, so that no thread is woken between reply and answer. Asking is thread-safe.
/// </summary>
internal sealed unsafe class UpstreamLoop : IDisposable
{
    /// <summary>Questions under way at a time; further ones are asked the slower way.</summary>
    private const int MaxPending = 8_192;

    /// <summary>Milliseconds between two looks for what is overdue, and looks without any question before it sleeps.</summary>
    private const int Tick = 10;

    private const int TicksUntilSleep = 100;

    /// <summary>Replies that do not fit, to one question, before it is asked over TCP instead.</summary>
    private const int MaxMisses = 16;

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly UpstreamCounters _counters;
    private readonly IPAddress? _outgoing;
    private readonly LinuxEvents _events = new();
    private readonly Lock _gate = new();
    private readonly UdpQuestion?[] _pending = new UdpQuestion?[MaxPending];
    private readonly Stack<int> _free = new(Enumerable.Range(0, MaxPending).Reverse());
    private readonly Stack<UdpQuestion> _pool = new();
    private volatile bool _sleeps;
    private volatile bool _stopped;
    private int _count;

    /// <exception cref="Win32Exception">The system gives no descriptor.</exception>
    public UpstreamLoop(TimeProvider time, Random random, UpstreamCounters counters, IPAddress? outgoing)
    {
        _time = time;
        _random = random;
        _counters = counters;
        _outgoing = outgoing;
        new Thread(Run, 1 << 20) { IsBackground = true, Name = "dns upstream" }.Start();
    }

    /// <summary>Sends a question. False when too many are under way.</summary>
    public bool TryAsk(UpstreamRequest request, CancellationToken cancellation, out ValueTask<UpstreamReply> reply)
    {
        long start = _time.GetTimestamp();
        reply = default;
        if (Volatile.Read(ref _count) >= MaxPending || _stopped)
        {
            return false;
        }

        int descriptor = UpstreamDescriptor.Send(request.Server, _outgoing, _random, request.Query.Span);
        if (descriptor < 0)
        {
            reply = new ValueTask<UpstreamReply>(Failed(-descriptor, start));
            return true;
        }

        if (!TryReserve(out int slot, out UdpQuestion question))
        {
            _ = LinuxSockets.close(descriptor);
            return false;
        }

        long ticks = (long)(request.Timeout.TotalSeconds * _time.TimestampFrequency);
        question.Begin(descriptor, request.Query, start, start + ticks, cancellation);
        reply = question.Task;

        // Registered before the loop can see it: what the loop has closed may be somebody else's descriptor already. A reply that comes in between is reported again.
        if (!_events.Add(descriptor, (ulong)slot))
        {
            Free(slot, question).End(Failed(LinuxSockets.ErrorInvalid, start));
            return true;
        }

        Volatile.Write(ref _pending[slot], question);
        if (_sleeps)
        {
            _events.Wake();
        }

        return true;
    }

    /// <summary>Ends all that is under way; what awaits it hears that it was cancelled.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        _events.Wake();
    }

    internal void Return(UdpQuestion question)
    {
        lock (_gate)
        {
            _pool.Push(question);
        }
    }

    private bool TryReserve(out int slot, out UdpQuestion question)
    {
        lock (_gate)
        {
            if (_stopped || !_free.TryPop(out slot))
            {
                (slot, question) = (0, null!); // Not looked at.
                return false;
            }

            question = _pool.TryPop(out UdpQuestion? used) ? used : new UdpQuestion(this);
            Interlocked.Increment(ref _count);
            return true;
        }
    }

    private void Run()
    {
        Span<ulong> ready = stackalloc ulong[LinuxEvents.Batch];
        byte[] buffer = GC.AllocateUninitializedArray<byte>(UdpSocket.MaxQuery, pinned: true);
        long looked = _time.GetTimestamp();
        int quiet = 0;
        while (!_stopped)
        {
            // Said before the count is read, as an asker counts before it reads this: one of the two sees the other.
            _sleeps = quiet > TicksUntilSleep;
            Interlocked.MemoryBarrier();
            bool isIdle = _sleeps && Volatile.Read(ref _count) == 0;
            int count = _events.Wait(ready, isIdle ? Timeout.Infinite : Tick);
            _sleeps = false;
            for (int i = 0; i < count; i++)
            {
                Take((int)ready[i], buffer);
            }

            quiet = Volatile.Read(ref _count) == 0 && count == 0 && !isIdle ? quiet + 1 : 0;
            if (_time.GetElapsedTime(looked).TotalMilliseconds >= Tick)
            {
                looked = _time.GetTimestamp();
                EndOverdue(looked);
            }
        }

        // One that has its place but is not to be seen yet will be in a moment.
        while (Volatile.Read(ref _count) > 0)
        {
            EndOverdue(long.MaxValue);
            Thread.Yield();
        }

        _events.Dispose();
    }

    private void Take(int slot, byte[] buffer)
    {
        if (_pending[slot] is not { } question)
        {
            return;
        }

        try
        {
            nint length;
            fixed (byte* data = buffer)
            {
                length = LinuxSockets.recv(question.Descriptor, data, buffer.Length, LinuxSockets.MessageDontWait);
            }

            if (length >= 0)
            {
                Judge(slot, question, buffer.AsSpan(0, (int)length));
            }
            else if (Marshal.GetLastPInvokeError() is var error and not (LinuxSockets.ErrorAgain or LinuxSockets.ErrorInterrupted))
            {
                Free(slot, question).End(Failed(error, question.Start));
            }
        }
#pragma warning disable CA1031 // Whatever a stranger's octets provoke ends that question and not the loop.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Free(slot, question).End(e);
        }
    }

    private void Judge(int slot, UdpQuestion question, ReadOnlySpan<byte> reply)
    {
        ReplyMatch match = ReplyCheck.Compare(question.Query.Span, reply);
        if (match == ReplyMatch.Match)
        {
            byte[] message = reply.ToArray();
            Free(slot, question).End(new UpstreamReply(UpstreamOutcome.Answered, message, _time.GetElapsedTime(question.Start)));
            return;
        }

        _counters.Miss(match);
        if (match == ReplyMatch.WrongCase || ++question.Misses >= MaxMisses)
        {
            UpstreamOutcome outcome = match == ReplyMatch.WrongCase ? UpstreamOutcome.OtherCase : UpstreamOutcome.Suspicious;
            Free(slot, question).End(new UpstreamReply(outcome, default, _time.GetElapsedTime(question.Start)));
        }
    }

    private void EndOverdue(long now)
    {
        for (int slot = 0; slot < MaxPending && Volatile.Read(ref _count) > 0; slot++)
        {
            if (Volatile.Read(ref _pending[slot]) is not { } question)
            {
                continue;
            }

            if (question.IsCancelled || _stopped)
            {
                Free(slot, question).EndCancelled();
            }
            else if (question.Deadline <= now)
            {
                _counters.TimedOut();
                Free(slot, question).End(new UpstreamReply(UpstreamOutcome.TimedOut, default, _time.GetElapsedTime(question.Start)));
            }
        }
    }

    private UdpQuestion Free(int slot, UdpQuestion question)
    {
        _ = LinuxSockets.close(question.Descriptor);
        lock (_gate)
        {
            _pending[slot] = null;
            _free.Push(slot);
            Interlocked.Decrement(ref _count);
        }

        return question;
    }

    private UpstreamReply Failed(int error, long start) => new(
        UpstreamDescriptor.IsUnreachable(error) ? UpstreamOutcome.Unreachable : UpstreamOutcome.TimedOut, default, _time.GetElapsedTime(start));
}
