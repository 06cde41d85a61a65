using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeCache.Zones.Records;

/// <summary>
/// Name and type of a record inside its zone. <see cref="Name"/> is relative to the apex and lower case, with the escapes of <see cref="RecordName"/>, <c>@</c> is the apex;
/// <see cref="Type"/> is upper case: a DNS type mnemonic, <c>TYPEnnn</c> (RFC 3597), or <c>DOC</c>.
/// </summary>
public readonly record struct RecordKey(string Name, string Type)
{
    /// <summary>The type that holds any bytes with a content type.</summary>
    public const string Doc = "DOC";

    /// <summary>Longest name, in characters, an escape counted as one; DOC names may use it in full, DNS names are bound by RFC 1035 as well.</summary>
    public const int MaxNameLength = RecordName.MaxLength;

    /// <summary>Longest type mnemonic, in characters.</summary>
    public const int MaxTypeLength = 16;

    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> TypeCharacters = SearchValues.Create(LettersAndDigits + "-");
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(LettersAndDigits + "-_");
    private static readonly SearchValues<char> DocCharacters = SearchValues.Create(LettersAndDigits + "-_~+");

    /// <summary>True when the record shows in DNS and so moves the SOA serial (PLANE.md 29).</summary>
    public bool IsDns => Type != Doc;

    /// <summary>
    /// Parses a name and a type as they stand in a URL. A DNS name is labels of 1…63 letters, digits, <c>-</c>, <c>_</c>, or <c>*</c> alone
    /// (RFC 4592 §2.1.1: a wildcard where it is the first, a name like others below it), and any other octet escaped; a DOC name may also use <c>~</c> and <c>+</c>,
    /// and no escapes.
    /// </summary>
    public static bool TryParse(string? name, string? type, out RecordKey key, [NotNullWhen(false)] out string? error)
    {
        key = default;
        if (string.IsNullOrEmpty(type) || type.Length > MaxTypeLength || type.AsSpan().ContainsAnyExcept(TypeCharacters))
        {
            error = $"'{type}' is not a record type: a DNS type such as A or TXT, TYPEnnn, or DOC";
            return false;
        }

        var upper = type.ToUpperInvariant();
        var escaped = upper != Doc && name is not null && name.Contains('\\', StringComparison.Ordinal);
        if (string.IsNullOrEmpty(name) || (!escaped && name.Length > MaxNameLength))
        {
            error = $"a record name has 1 to {MaxNameLength} characters; the apex is @";
            return false;
        }

        var normal = name;
        if (name != "@" && !(escaped ? RecordName.TryNormalise(name, out normal) : HasGoodLabels(name, upper == Doc)))
        {
            error = $"'{name}' is not a record name relative to its zone: labels of 1 to 63 letters, digits, '-' or '_', or '*' alone, joined by '.'"
                + (upper == Doc ? "" : "; any other octet as \\DDD, a blank as \\032");
            return false;
        }

        key = new RecordKey(escaped ? normal! : name.ToLowerInvariant(), upper); // An escaped name was normalised.
        error = null;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}/{Type}";

    private static bool HasGoodLabels(string name, bool doc)
    {
        var text = name.AsSpan();
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.Length is 0 or > 63)
            {
                return false;
            }

            if (label is "*" && !doc)
            {
                continue;
            }

            if (label.ContainsAnyExcept(doc ? DocCharacters : LabelCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
