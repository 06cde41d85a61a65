namespace EdgeCache.Dns.Tests.Authority.Peers;

/// <summary>An answer as far as servers must agree on it: code, authority, truncation, and each section as a set.</summary>
internal sealed record PeerAnswer(string Head, IReadOnlySet<string> Answers, IReadOnlySet<string> Authorities, IReadOnlySet<string> Additionals)
{
    public static PeerAnswer Of(byte[] message)
    {
        string[] lines = Asking.Show(message).Split('\n');
        return new PeerAnswer(lines[0], Section("an "), Section("au "), Section("ad "));

        HashSet<string> Section(string mark) => [.. lines.Where(l => l.StartsWith(mark, StringComparison.Ordinal)).Select(static l => l[3..].ToLowerInvariant())];
    }

    /// <param name="other">Somebody else's.</param>
    /// <param name="isService">Of RFC 9460, where servers differ in how many of the names they look for: then one may add less than another.</param>
    public bool IsAs(PeerAnswer other, bool isService) =>
        Head == other.Head && Answers.SetEquals(other.Answers) && Authorities.SetEquals(other.Authorities)
        && (Additionals.SetEquals(other.Additionals) || (isService && Additionals.IsSubsetOf(other.Additionals)));

    public override string ToString() =>
        string.Join('\n', [Head, .. Answers.Select(static l => " an " + l), .. Authorities.Select(static l => " au " + l), .. Additionals.Select(static l => " ad " + l)]);
}
