using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>A server's reply taken apart: RRsets by section, and what its OPT record says. Nothing in it is believed yet. Immutable.</summary>
internal sealed class ReplyContent
{
    public required Header Header { get; init; }

    public required Rcode Rcode { get; init; }

    public required IReadOnlyList<OwnedSet> Answer { get; init; }

    public required IReadOnlyList<OwnedSet> Authority { get; init; }

    public required IReadOnlyList<OwnedSet> Additional { get; init; }

    public bool HasEdns { get; private init; }

    /// <summary>The cookie option as it stands, client part first; empty without one.</summary>
    public byte[] Cookie { get; private init; } = [];

    /// <summary>The option of our own, for look-ups.</summary>
    public byte[] Own { get; private init; } = [];

    /// <summary>The extended error with its text; null without one.</summary>
    public string? ErrorText { get; private init; }

    /// <summary>RFC 9660: whose version, as a number of labels of the question, and the SOA serial.</summary>
    public (int Labels, uint Serial)? ZoneVersion { get; private init; }

    /// <summary>False when a record is malformed: then nothing of the message is used.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out ReplyContent? content)
    {
        content = null;
        if (!Header.TryRead(message, out Header header))
        {
            return false;
        }

        var reader = new WireReader(message, WireLimits.HeaderLength);
        for (int i = 0; i < header.QuestionCount; i++)
        {
            if (!Question.TryRead(ref reader, out _))
            {
                return false;
            }
        }

        Edns edns = default;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min((message.Length * 2) + (WireLimits.MaxName * 2), ushort.MaxValue));
        bool isWhole = ReplySection.TryRead(message, ref reader, header.AnswerCount, ref edns, buffer, out IReadOnlyList<OwnedSet> answer);
        isWhole &= ReplySection.TryRead(message, ref reader, isWhole ? header.AuthorityCount : 0, ref edns, buffer, out IReadOnlyList<OwnedSet> authority);
        isWhole &= ReplySection.TryRead(message, ref reader, isWhole ? header.AdditionalCount : 0, ref edns, buffer, out IReadOnlyList<OwnedSet> additional);
        ArrayPool<byte>.Shared.Return(buffer);

        // What was cut off is asked for again over TCP; its header is all that counts.
        if (!isWhole && !header.Truncated)
        {
            return false;
        }

        content = new ReplyContent
        {
            Header = header,
            Rcode = (Rcode)((edns.ExtendedRcode << 4) | (int)header.Rcode),
            Answer = answer,
            Authority = authority,
            Additional = additional,
            HasEdns = edns.IsPresent,
            Cookie = edns.TryGetOption(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> cookie) ? cookie.ToArray() : [],
            Own = edns.TryGetOption(EdnsOptionCode.EdgeCache, out ReadOnlySpan<byte> own) ? own.ToArray() : [],
            ErrorText = edns.TryGetOption(EdnsOptionCode.ExtendedError, out ReadOnlySpan<byte> error) && error.Length >= 2
                ? $"{(ExtendedError)BinaryPrimitives.ReadUInt16BigEndian(error)} {Encoding.UTF8.GetString(error[2..])}".TrimEnd()
                : null,
            ZoneVersion = edns.TryGetOption(EdnsOptionCode.ZoneVersion, out ReadOnlySpan<byte> version) && version.Length == 6 && version[1] == 0
                ? (version[0], BinaryPrimitives.ReadUInt32BigEndian(version[2..]))
                : null,
        };
        return true;
    }

    public RecordSet? FindAnswer(DomainName owner, RecordType type) => Find(Answer, owner, type);

    /// <summary>The first RRset of that type in the authority section whose owner satisfies a condition.</summary>
    public OwnedSet? FindAuthority(RecordType type, Func<DomainName, bool> owner)
    {
        foreach (OwnedSet set in Authority)
        {
            if (set.Set.Type == type && owner(set.Owner))
            {
                return set;
            }
        }

        return null;
    }

    public RecordSet? FindAdditional(DomainName owner, RecordType type) => Find(Additional, owner, type);

    private static RecordSet? Find(IReadOnlyList<OwnedSet> sets, DomainName owner, RecordType type)
    {
        foreach (OwnedSet set in sets)
        {
            if (set.Set.Type == type && set.Owner == owner)
            {
                return set.Set;
            }
        }

        return null;
    }
}
