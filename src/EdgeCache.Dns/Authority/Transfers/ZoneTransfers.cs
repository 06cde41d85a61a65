using System.Buffers.Binary;
using System.Net;
using EdgeCache.Dns.Authority.Tsig;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Transfers;

/// <summary>
/// Answers what needs time: AXFR (RFC 5936), IXFR (RFC 1995) and signed queries (RFC 8945). A transfer is of one snapshot, however long it takes.
/// Thread-safe.
/// </summary>
internal sealed class ZoneTransfers
{
    private readonly TransferOptions _options;
    private readonly AuthorityResponder _responder;
    private readonly TimeProvider _time;
    private int _running;

    public ZoneTransfers(TransferOptions options, AuthorityResponder responder, TimeProvider time)
    {
        _options = options;
        _responder = responder;
        _time = time;
    }

    private ulong Now => (ulong)_time.GetUtcNow().ToUnixTimeSeconds();

    public async ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation)
    {
        byte[] bare = query.ToArray();
        TsigSession? signer = Unwrap(ref bare, out bool malformed);
        if (malformed || signer is { Error: not 0 })
        {
            byte[] refusal = _responder.Refuse(bare, source, malformed ? Rcode.FormErr : Rcode.NotAuth);
            await SendAsync(refusal, signer, sink, cancellation).ConfigureAwait(false);
            return;
        }

        Plan plan = PlanFor(bare, source, signer);
        if (plan.Rcode != Rcode.NoError)
        {
            await SendAsync(_responder.Refuse(bare, source, plan.Rcode, plan.Error), signer, sink, cancellation).ConfigureAwait(false);
            return;
        }

        if (plan.Records is null)
        {
            byte[] answer = _responder.Answer(bare, source, reserve: signer?.Length ?? 0);
            await SendAsync(answer, signer, sink, cancellation).ConfigureAwait(false);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _running) > AuthorityLimits.MaxTransfers)
            {
                await SendAsync(_responder.Refuse(bare, source, Rcode.ServFail, ExtendedError.NotReady), signer, sink, cancellation).ConfigureAwait(false);
                return;
            }

            await StreamAsync(bare, plan, signer, sink, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Takes the signature off a query and checks it. Null: there was none.</summary>
    private TsigSession? Unwrap(ref byte[] query, out bool malformed)
    {
        malformed = false;
        int offset = QueryMessage.Parse(query).TsigOffset;
        if (offset == 0)
        {
            return null;
        }

        TsigSession? session = TsigSession.Verify(query, offset, _options.Keys, Now);
        malformed = session is null;
        Span<byte> additional = query.AsSpan(10, sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(additional, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(additional) - 1));
        query = query[..offset];
        return session;
    }

    /// <summary>What to stream, or why not; neither for an ordinary query.</summary>
    private Plan PlanFor(byte[] query, QuerySource source, TsigSession? signer)
    {
        QueryMessage message = QueryMessage.Parse(query);
        RecordType type = message.Question.Type;
        if (message.Fault != QueryFault.None || !message.HasQuestion || type is not (RecordType.AXFR or RecordType.IXFR))
        {
            return default;
        }

        bool udp = source.Transport == DnsTransport.Udp;
        bool soa = TryGetSerial(query, message.Authority, out uint serial);
        if ((type == RecordType.AXFR && udp) || (type == RecordType.IXFR && !soa))
        {
            return new Plan(Rcode.FormErr, null, null);
        }

        IPAddress address = source.ToEndPoint().Address;
        if (!_options.Allow.Any(n => n.Contains(address)) || (_options.RequireKey && signer is null))
        {
            return new Plan(Rcode.Refused, ExtendedError.Prohibited, null);
        }

        if (_responder.FindApex(message.Question.Name) is not { } zone)
        {
            return new Plan(Rcode.NotAuth, ExtendedError.NotAuthoritative, null);
        }

        if (zone.Settled is not { } snapshot)
        {
            return new Plan(Rcode.ServFail, ExtendedError.NotReady, null);
        }

        if (type == RecordType.AXFR)
        {
            return new Plan(Rcode.NoError, null, TransferRecords.Whole(snapshot));
        }

        // RFC 1995 §2 and §4: a single SOA says "you are up to date", and over UDP "ask again over TCP".
        if (udp || SerialNumber.Compare(serial, snapshot.Serial) >= 0)
        {
            return new Plan(Rcode.NoError, null, TransferRecords.Only(snapshot));
        }

        return new Plan(Rcode.NoError, null, snapshot.Journal.TryGetSince(serial, out IReadOnlyList<ZoneDelta> deltas)
            ? TransferRecords.Difference(snapshot, deltas)
            : TransferRecords.Whole(snapshot));
    }

    private static bool TryGetSerial(byte[] query, RecordHeader authority, out uint serial)
    {
        var data = new WireWriter(new byte[(2 * WireLimits.MaxName) + 20]);
        bool read = authority.Type == RecordType.SOA && SoaData.Format.TryRead(query, authority.DataOffset, authority.DataLength, ref data);
        serial = read ? SoaData.SerialOf(data.Written) : 0;
        return read;
    }

    private async ValueTask StreamAsync(byte[] query, Plan plan, TsigSession? signer, IResponseSink sink, CancellationToken cancellation)
    {
        (int questionEnd, bool edns, ushort id, ushort flags) = Describe(query);
        var message = new TransferMessage(query.AsSpan(0, questionEnd), edns);
        foreach (TransferRecord record in plan.Records!)
        {
            if (message.TryAdd(record))
            {
                continue;
            }

            if (!await FlushAsync(message, id, flags, signer, sink, cancellation).ConfigureAwait(false) || !message.TryAdd(record))
            {
                return;
            }
        }

        await FlushAsync(message, id, flags, signer, sink, cancellation).ConfigureAwait(false);
    }

    private static (int QuestionEnd, bool Edns, ushort Id, ushort Flags) Describe(byte[] query)
    {
        QueryMessage message = QueryMessage.Parse(query);
        ushort flags = Header.FlagsOf(Opcode.Query, Rcode.NoError, Header.ResponseFlag | Header.AuthoritativeFlag);
        return (message.QuestionEnd, message.Edns.IsPresent, message.Header.Id, flags);
    }

    private async ValueTask<bool> FlushAsync(
        TransferMessage message, ushort id, ushort flags, TsigSession? signer, IResponseSink sink, CancellationToken cancellation)
    {
        int length = message.Finish(id, flags);
        length = signer?.Sign(message.Buffer, length, Now) ?? length;
        bool sent = await sink.SendAsync(message.Octets(length), cancellation).ConfigureAwait(false);
        message.Clear();
        return sent;
    }

    private async ValueTask SendAsync(byte[] answer, TsigSession? signer, IResponseSink sink, CancellationToken cancellation)
    {
        if (answer.Length == 0)
        {
            return;
        }

        byte[] buffer = new byte[answer.Length + AuthorityLimits.TransferOverhead];
        answer.CopyTo(buffer, 0);
        int length = signer?.Sign(buffer, answer.Length, Now) ?? answer.Length;
        await sink.SendAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
    }

    private readonly record struct Plan(Rcode Rcode, ExtendedError? Error, IEnumerable<TransferRecord>? Records);
}
