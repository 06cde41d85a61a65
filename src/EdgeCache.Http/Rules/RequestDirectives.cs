using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>
/// The request directives of RFC 9111 §5.2.1 and RFC 5861 §4. Of several of a kind the most demanding counts; an unreadable one is ignored.
/// Reading does not allocate. <c>default</c> means: none given.
/// </summary>
internal readonly record struct RequestDirectives
{
    private const uint AnyStaleness = uint.MaxValue;

    /// <summary>Validate before reuse.</summary>
    public bool NoCache { get; init; }

    /// <summary>Do not store the response.</summary>
    public bool NoStore { get; init; }

    /// <summary>504 rather than a forward.</summary>
    public bool OnlyIfCached { get; init; }

    /// <summary>No transformation of the content.</summary>
    public bool NoTransform { get; init; }

    /// <summary>Greatest age the client takes.</summary>
    public DeltaSeconds MaxAge { get; init; }

    /// <summary>Freshness that must remain.</summary>
    public DeltaSeconds MinFresh { get; init; }

    /// <summary>Seconds of staleness the client takes; 0: none, <see cref="uint.MaxValue"/>: any.</summary>
    public uint MaxStale { get; init; }

    /// <summary>Seconds of staleness the client takes when the upstream fails.</summary>
    public uint StaleIfError { get; init; }

    /// <summary>Reads the fields; <c>Pragma: no-cache</c> counts only without Cache-Control (RFC 9111 §5.4).</summary>
    public static RequestDirectives Parse(StringValues cacheControl, StringValues pragma)
    {
        if (cacheControl.Count == 0)
        {
            return pragma.Count == 0 ? default : new() { NoCache = SaysNoCache(pragma) };
        }

        var result = default(RequestDirectives);
        for (var i = 0; i < cacheControl.Count; i++)
        {
            var reader = new DirectiveReader(cacheControl[i]);
            while (reader.Read())
            {
                result = result.With(in reader);
            }
        }

        return result;
    }

    private static bool SaysNoCache(StringValues pragma)
    {
        for (var i = 0; i < pragma.Count; i++)
        {
            var reader = new DirectiveReader(pragma[i]);
            while (reader.Read())
            {
                if (reader.Is("no-cache"))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private RequestDirectives With(in DirectiveReader directive) => directive.Name.Length switch
    {
        7 when directive.Is("max-age") => this with { MaxAge = Demanding(MaxAge, directive.Seconds(), smaller: true) },
        8 when directive.Is("no-cache") => this with { NoCache = true },
        8 when directive.Is("no-store") => this with { NoStore = true },
        9 when directive.Is("min-fresh") => this with { MinFresh = Demanding(MinFresh, directive.Seconds(), smaller: false) },
        9 when directive.Is("max-stale") => this with { MaxStale = Staleness(in directive) },
        12 when directive.Is("no-transform") => this with { NoTransform = true },
        14 when directive.Is("only-if-cached") => this with { OnlyIfCached = true },
        14 when directive.Is("stale-if-error") => this with { StaleIfError = directive.Seconds().Value },
        _ => this,
    };

    private static DeltaSeconds Demanding(DeltaSeconds known, DeltaSeconds given, bool smaller) =>
        !given.IsValid || (known.IsValid && known.Value < given.Value == smaller) ? known : given;

    private static uint Staleness(in DirectiveReader directive) =>
        directive.Form == DirectiveForm.Bare ? AnyStaleness : directive.Seconds().Value;
}
