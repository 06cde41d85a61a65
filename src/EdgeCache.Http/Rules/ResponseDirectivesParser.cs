using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>Reads Cache-Control lines of a response, one after the other, into <see cref="ResponseDirectives"/>.</summary>
internal struct ResponseDirectivesParser
{
    private ResponseFlags _flags;
    private DeltaSeconds _maxAge;
    private DeltaSeconds _sharedMaxAge;
    private DeltaSeconds _staleWhileRevalidate;
    private DeltaSeconds _staleIfError;
    private ImmutableArray<string>.Builder? _withheld;

    /// <summary>Reads all lines.</summary>
    public static ResponseDirectives Parse(StringValues lines)
    {
        var parser = default(ResponseDirectivesParser);
        foreach (var line in lines)
        {
            parser.AddLine(line);
        }

        return parser.Build();
    }

    /// <summary>Reads one line.</summary>
    public void AddLine(ReadOnlySpan<char> line)
    {
        var reader = new DirectiveReader(line);
        while (reader.Read())
        {
            Add(in reader);
        }
    }

    /// <summary>The outcome.</summary>
    public readonly ResponseDirectives Build() => new()
    {
        Flags = _flags,
        MaxAge = _maxAge,
        SharedMaxAge = _sharedMaxAge,
        StaleWhileRevalidate = _staleWhileRevalidate,
        StaleIfError = _staleIfError,
        WithheldFields = _withheld?.ToImmutable() ?? [],
    };

    private void Add(in DirectiveReader directive)
    {
        // Longest first would not help: the length alone separates nearly all names.
        switch (directive.Name.Length)
        {
            case 6 when directive.Is("public"):
                _flags |= directive.Form == DirectiveForm.Bare ? ResponseFlags.Public : 0;
                break;
            case 7 when directive.Is("max-age"):
                _maxAge = First(_maxAge, directive.Seconds());
                break;
            case 7 when directive.Is("private"):
                AddQualified(in directive, ResponseFlags.Private);
                break;
            case 8 when directive.Is("no-store"):
                _flags |= ResponseFlags.NoStore;
                break;
            case 8 when directive.Is("no-cache"):
                AddQualified(in directive, ResponseFlags.NoCache);
                break;
            case 8 when directive.Is("s-maxage"):
                _sharedMaxAge = First(_sharedMaxAge, directive.Seconds());
                break;
            case 9 when directive.Is("immutable"):
                _flags |= ResponseFlags.Immutable;
                break;
            case 12 when directive.Is("no-transform"):
                _flags |= ResponseFlags.NoTransform;
                break;
            case 14 when directive.Is("stale-if-error"):
                _staleIfError = First(_staleIfError, directive.Seconds());
                break;
            case 15 when directive.Is("must-revalidate"):
                _flags |= ResponseFlags.MustRevalidate;
                break;
            case 15 when directive.Is("must-understand"):
                _flags |= ResponseFlags.MustUnderstand;
                break;
            case 16 when directive.Is("proxy-revalidate"):
                _flags |= ResponseFlags.ProxyRevalidate;
                break;
            case 22 when directive.Is("stale-while-revalidate"):
                _staleWhileRevalidate = First(_staleWhileRevalidate, directive.Seconds());
                break;
        }
    }

    /// <summary>RFC 9111 §4.2.1: of several, the first counts; if one of them is invalid, the response is considered stale.</summary>
    private static DeltaSeconds First(DeltaSeconds earlier, DeltaSeconds later) =>
        !earlier.IsPresent || later.IsInvalid ? later : earlier;

    private void AddQualified(in DirectiveReader directive, ResponseFlags unqualified)
    {
        var names = directive.Form is DirectiveForm.Quoted or DirectiveForm.Token ? directive.Argument : default;
        var found = 0;
        while (FieldSyntax.TryNextMember(ref names, out var name))
        {
            _withheld ??= ImmutableArray.CreateBuilder<string>();
            if (!FieldSyntax.IsToken(name) || name.Contains('\'') || _withheld.Count >= ResponseDirectives.MaxListedFields)
            {
                // A list that cannot be read in full protects nothing: the directive covers the whole response. So with single quotes, which are letters of a name and were meant otherwise.
                found = 0;
                break;
            }

            _withheld.Add(name.ToString());
            found++;
        }

        _flags |= found == 0 ? unqualified : 0;
    }
}
