using EdgeCache.Http.Rules;

namespace EdgeCache.Http.HitPath;

/// <summary>Texts of the two fields that change with each second, made once per number: Age and this node's member of Cache-Status for a plain hit. Thread-safe.</summary>
internal sealed class StatusTexts(string node)
{
    /// <summary>Numbers kept; larger ones are made each time.</summary>
    public const int MaxKept = 90_000;

    private readonly string?[] _ages = new string?[MaxKept];
    private readonly string?[] _hits = new string?[MaxKept];

    /// <summary>Age.</summary>
    public string Age(uint seconds) => seconds < MaxKept ? _ages[seconds] ??= seconds.ToString() : seconds.ToString();

    /// <summary>Cache-Status of a hit that is fresh for so many seconds.</summary>
    public string Hit(long ttl) => ttl is >= 0 and < MaxKept ? _hits[ttl] ??= Make(ttl) : Make(ttl);

    private string Make(long ttl) => new CacheStatus { Ttl = ttl }.Format(node);
}
