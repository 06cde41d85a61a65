using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>How a datagram that arrived relates to the question that was asked (RFC 5452 §9.1). Source address and ports are the socket's part.</summary>
internal enum ReplyMatch
{
    Match,

    /// <summary>No header, or not a response.</summary>
    NotAReply,

    WrongId,

    WrongQuestion,

    /// <summary>The right question in other case: a guess that met the id, or a server that does not copy the question (0x20).</summary>
    WrongCase,
}

/// <summary>Decides whether a reply belongs to a question. Pure.</summary>
internal static class ReplyCheck
{
    public static ReplyMatch Compare(ReadOnlySpan<byte> query, ReadOnlySpan<byte> reply)
    {
        if (!Header.TryRead(reply, out Header header) || !header.IsResponse || !Header.TryRead(query, out Header sent) || header.Opcode != sent.Opcode)
        {
            return ReplyMatch.NotAReply;
        }

        if (header.Id != sent.Id)
        {
            return ReplyMatch.WrongId;
        }

        // Some servers answer what they do not understand with a bare header.
        if (header.QuestionCount == 0)
        {
            return header.Rcode is Rcode.FormErr or Rcode.NotImp or Rcode.ServFail or Rcode.Refused && header.AnswerCount == 0
                ? ReplyMatch.Match
                : ReplyMatch.WrongQuestion;
        }

        return CompareQuestion(query, reply, header);
    }

    private static ReplyMatch CompareQuestion(ReadOnlySpan<byte> query, ReadOnlySpan<byte> reply, Header header)
    {
        var asked = new WireReader(query, WireLimits.HeaderLength);
        var answered = new WireReader(reply, WireLimits.HeaderLength);
        if (header.QuestionCount != 1
            || !Question.TryRead(ref asked, out Question question)
            || !Question.TryRead(ref answered, out Question copy)
            || question.Type != copy.Type
            || question.Class != copy.Class
            || !NameBytes.Equal(question.Name, copy.Name))
        {
            return ReplyMatch.WrongQuestion;
        }

        return question.Name.SequenceEqual(copy.Name) ? ReplyMatch.Match : ReplyMatch.WrongCase;
    }
}
