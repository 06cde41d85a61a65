using System.Security.Cryptography;
using System.Text;

namespace EdgeCache.Access;

/// <summary>
/// Tokens as a file has them: one line with a token alone, which may everything; or lines of <c>NAME SCOPE[,SCOPE…] TOKEN</c>, and <c>#</c> begins a remark. Two lines for one name are how
/// a token is changed without a gap: add the new one, move the callers, take the old one out. Only digests are kept.
/// </summary>
internal sealed class TokenFile
{
    /// <summary>Shortest token, characters.</summary>
    public const int MinTokenLength = 16;

    /// <summary>Most tokens.</summary>
    public const int MaxTokens = 1_000;

    private readonly List<(byte[] Digest, Caller Caller)> _tokens = [];

    private TokenFile()
    {
    }

    public static TokenFile Empty { get; } = new();

    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>Reads lines; on any fault nothing is taken and all are said, without ever showing a token.</summary>
    public static (TokenFile? File, IReadOnlyList<string> Faults) Read(IEnumerable<string> lines)
    {
        var file = new TokenFile();
        var faults = new List<string>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (file.Add(words) is { } fault)
            {
                faults.Add($"line {number}: {fault}");
            }
        }

        if (file._tokens.Count == 0 && faults.Count == 0)
        {
            faults.Add("it has no token; allowed: a token, or lines of NAME SCOPE[,SCOPE] TOKEN");
        }

        return faults.Count == 0 ? (file, []) : (null, faults);
    }

    /// <summary>With one more token that may everything.</summary>
    public TokenFile With(string name, string token)
    {
        var file = new TokenFile();
        file._tokens.AddRange(_tokens);
        file._tokens.Add((Digest(token), new Caller(name, [new Scope(ScopeKind.All, "")])));
        return file;
    }

    /// <summary>Whose token it is; null when nobody's. Looks at all of them, so that time says nothing.</summary>
    public Caller? Find(string token)
    {
        var digest = Digest(token);
        Caller? found = null;
        foreach (var (known, caller) in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(known, digest) ? caller : found;
        }

        return found;
    }

    private string? Add(string[] words)
    {
        if (words.Length is not (1 or 3))
        {
            return "not a token; allowed: a token alone, or NAME SCOPE[,SCOPE] TOKEN";
        }

        if (words[^1].Length < MinTokenLength)
        {
            return $"the token is too short; allowed: at least {MinTokenLength} characters";
        }

        if (_tokens.Count >= MaxTokens)
        {
            return $"too many tokens; allowed: at most {MaxTokens}";
        }

        var scopes = new List<Scope>();
        foreach (var word in words.Length == 1 ? ["all"] : words[1].Split(','))
        {
            if (!Scope.TryParse(word, out var scope))
            {
                return $"'{word}' is not a scope; allowed: {Scope.Allowed}";
            }

            scopes.Add(scope);
        }

        _tokens.Add((Digest(words[^1]), new Caller(words.Length == 1 ? "admin" : words[0], scopes)));
        return null;
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
