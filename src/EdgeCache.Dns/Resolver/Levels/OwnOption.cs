using System.Text;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Dns.Resolver.Levels;

/// <summary>
/// The EDNS option of our own, 65301 (local use): words <c>key=value</c> with blanks between, in ASCII. A client sends none to be told about the answer, or
/// <c>level=</c> as in <c>Edge-Consistency</c> and <c>token=</c>; the reply has <c>position</c>, <c>version</c>, <c>horizon</c> (milliseconds), <c>level</c> and
/// <c>token</c>. Unknown words are passed over.
/// </summary>
internal sealed record OwnOption(Consistency Level, string? Token, string? Fault)
{
    /// <summary>Longest option read or written, octets.</summary>
    public const int MaxLength = 900;

    /// <summary>All that is said of an option that cannot be read: an answer to what is malformed is hardly longer than that.</summary>
    private const string Malformed = "no such level";

    public static OwnOption Read(ReadOnlySpan<byte> data)
    {
        if (data.Length > MaxLength)
        {
            return new OwnOption(Consistency.Eventual, null, Malformed);
        }

        // A token says by itself that its bearer wants to see what it has seen.
        Consistency? level = null;
        string? token = null;
        foreach (string word in Encoding.ASCII.GetString(data).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith("level=", StringComparison.Ordinal))
            {
                if (!Consistency.TryParse(word["level=".Length..], out Consistency asked, out _))
                {
                    return new OwnOption(Consistency.Eventual, null, Malformed);
                }

                level = asked;
            }

            token = word.StartsWith("token=", StringComparison.Ordinal) ? word["token=".Length..] : token;
        }

        return new OwnOption(level ?? (token is null ? Consistency.Eventual : Consistency.Eventual with { Level = ConsistencyLevel.Session }), token, null);
    }
}
