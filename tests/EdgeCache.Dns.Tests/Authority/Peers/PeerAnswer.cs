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

    public bool IsAs(PeerAnswer other) =>
        Head == other.Head && Answers.SetEquals(other.Answers) && Authorities.SetEquals(other.Authorities) && Additionals.SetEquals(other.Additionals);

    public override string ToString() =>
        string.Join('\n', [Head, .. Answers.Select(static l => " an " + l), .. Authorities.Select(static l => " au " + l), .. Additionals.Select(static l => " ad " + l)]);
}
