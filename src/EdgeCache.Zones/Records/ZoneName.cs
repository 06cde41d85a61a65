using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;

namespace EdgeCache.Zones.Records;

/// <summary>
/// The apex name of a zone (<c>shop.example</c>), lower case, without the final dot; the unit of authority, order,
/// sharding and policy. <c>default</c> is the zone of every host that no other zone owns. The root is <c>.</c>.
/// <c>default(ZoneName)</c> has no value and is never stored.
/// </summary>
public readonly record struct ZoneName
{
    /// <summary>Number of hash tags that zones are spread over (PLANE.md 6). Part of the stored layout: never changed.</summary>
    public const int ShardCount = 64;

    /// <summary>Longest apex name, in characters of presentation form (RFC 1035 §2.3.4 allows 255 octets on the wire).</summary>
    public const int MaxLength = 253;

    private ZoneName(string value) => Value = value;

    /// <summary>The zone that owns every host nobody else claims.</summary>
    public static ZoneName Default { get; } = new("default");

    /// <summary>The apex in presentation form.</summary>
    public string Value { get; }

    /// <summary>The shard, 0…<see cref="ShardCount"/> − 1, whose sequence and hints cover this zone.</summary>
    public int Shard => (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Value)) % ShardCount);

    /// <summary>Parses an apex name: labels of 1…63 letters, digits, hyphens or underscores; case is folded.</summary>
    public static bool TryParse(string? text, out ZoneName zone, [NotNullWhen(false)] out string? error)
    {
        zone = default;
        if (string.IsNullOrEmpty(text))
        {
            error = "a zone name is an apex such as shop.example";
            return false;
        }

        if (text == ".")
        {
            zone = new ZoneName(".");
            error = null;
            return true;
        }

        var trimmed = text.EndsWith('.') ? text[..^1] : text;
        if (trimmed.Length > MaxLength)
        {
            error = $"a zone name has at most {MaxLength} characters";
            return false;
        }

        foreach (var label in trimmed.Split('.'))
        {
            if (label.Length is 0 or > 63 || label.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            {
                error = "labels of 1 to 63 letters, digits, '-' or '_', joined by '.'";
                return false;
            }
        }

        zone = new ZoneName(trimmed.ToLowerInvariant());
        error = null;
        return true;
    }

    /// <summary>For names known to be good: constants and what a store gave back.</summary>
    /// <exception cref="FormatException">The text is not a zone name.</exception>
    public static ZoneName Parse(string text) =>
        TryParse(text, out var zone, out var error) ? zone : throw new FormatException(error);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
