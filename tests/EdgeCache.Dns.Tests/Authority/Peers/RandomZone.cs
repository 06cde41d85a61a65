using System.Globalization;
using System.Text;

namespace EdgeCache.Dns.Tests.Authority.Peers;

/// <summary>A small zone full of corners: few labels, so that wildcards, delegations, aliases and what they hide meet.</summary>
internal static class RandomZone
{
    private static readonly string[] Labels = ["a", "b", "c", "*", "A", "long-label"];
    private static readonly string[] Types = ["A", "A", "AAAA", "TXT", "MX", "SRV", "NS", "NS", "CNAME", "CNAME", "DNAME", "DS", "TYPE65400", "CAA", "HTTPS"];

    /// <summary>The master file of a zone.</summary>
    public static string Text(string apex, Random random)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"$ORIGIN {apex}.\n$TTL 300\n@ {(random.Next(2) == 0 ? 30 : 900)} SOA ns hostmaster 42 3600 900 604800 60\n@ NS ns\n@ NS ns.elsewhere.example.\nns A 192.0.2.1\n");
        var there = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        for (int i = random.Next(4, 24); i > 0; i--)
        {
            string owner = Name(random, 1, 4);
            string type = Types[random.Next(Types.Length)];
            List<string> beside = there.TryGetValue(owner, out List<string>? found) ? found : there[owner] = [];
            if (!MayJoin(owner, type, beside) || there.Keys.Any(k => Clashes(k, owner, type, there)))
            {
                continue;
            }

            beside.Add(type);
            text.Append(CultureInfo.InvariantCulture, $"{owner} {type} {Data(type, random)}\n");
        }

        return text.ToString();
    }

    /// <summary>A name that is there, or nearly.</summary>
    public static string Question(string apex, Random random) => random.Next(12) switch
    {
        0 => apex,
        1 => "ns." + apex,
        2 => $"x.{Name(random, 1, 4)}.{apex}",
        _ => $"{Name(random, 1, 5)}.{apex}",
    };

    private static string Name(Random random, int least, int most) =>
        string.Join('.', Enumerable.Range(0, random.Next(least, most)).Select(_ => Labels[random.Next(Labels.Length)]));

    /// <summary>What is no zone is not compared: every server refuses it in its own way.</summary>
    private static bool MayJoin(string owner, string type, List<string> beside) =>
        !beside.Contains("CNAME")
        && (type != "CNAME" || beside.Count == 0)
        && !(type is "DNAME" or "NS" && beside.Contains(type == "NS" ? "DNAME" : "NS"))
        && !(type == "DNAME" && beside.Contains("DNAME"))
        && (type != "DS" || beside.Contains("NS"))
        && !(type is "DNAME" or "NS" && owner.StartsWith('*'));

    /// <summary>Data below a DNAME is an error to some servers (RFC 6672 section 2.4), and so left out.</summary>
    private static bool Clashes(string other, string owner, string type, Dictionary<string, List<string>> there) =>
        (type == "DNAME" && other.EndsWith("." + owner, StringComparison.OrdinalIgnoreCase))
        || (there[other].Contains("DNAME") && owner.EndsWith("." + other, StringComparison.OrdinalIgnoreCase));

    private static string Data(string type, Random random) => type switch
    {
        "A" => $"192.0.2.{random.Next(250)}",
        "AAAA" => $"2001:db8::{random.Next(1, 250)}",
        "TXT" => $"\"{new string('t', random.Next(1, 200))}\"",
        "MX" => $"10 {Target(random)}",
        "SRV" => $"1 2 80 {Target(random)}",
        "HTTPS" => $"1 {Target(random)} alpn=h2",
        "CAA" => "0 issue \"ca.example\"",
        "DS" => "1 13 2 " + new string('A', 64),
        "TYPE65400" => "\\# 4 0a0b0c0d",
        _ => Target(random),
    };

    private static string Target(Random random) =>
        random.Next(6) switch { 0 => "out.elsewhere.example.", 1 => "ns", 2 => "@", _ => Name(random, 1, 4).Replace("*", "w", StringComparison.Ordinal) };
}
