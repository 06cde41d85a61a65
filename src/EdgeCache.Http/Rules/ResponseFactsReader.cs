namespace EdgeCache.Http.Rules;

/// <summary>Reads <see cref="ResponseFacts"/> from a response's head.</summary>
internal static class ResponseFactsReader
{
    /// <summary>Reads the lines of a response that arrived at <paramref name="receivedSeconds"/> (Unix time, wall clock).</summary>
    public static ResponseFacts Read(int status, ReadOnlySpan<HeaderLine> lines, long receivedSeconds)
    {
        var facts = new ResponseFacts
        {
            Status = status,
            Date = DateOf(lines, "Date", receivedSeconds) ?? receivedSeconds,
            HasExpires = Count(lines, "Expires") > 0,
            Expires = DateOf(lines, "Expires", receivedSeconds),
            Age = FirstAge(lines),
            LastModified = DateOf(lines, "Last-Modified", receivedSeconds),
            Directives = CacheControl(lines),
            Vary = VarySpec.Parse(Values(lines, "Vary")),
            ETag = Single(lines, "ETag"),
            HasSetCookie = Count(lines, "Set-Cookie") + Count(lines, "Set-Cookie2") > 0,
            Location = Single(lines, "Location"),
            ContentLocation = Single(lines, "Content-Location"),
            Tags = TagFields.Read(lines),
        };
        return WithTargetedPolicy(facts, lines);
    }

    /// <summary>RFC 9213 §2.2: the first targeted field with a usable value replaces Cache-Control and Expires.</summary>
    private static ResponseFacts WithTargetedPolicy(ResponseFacts facts, ReadOnlySpan<HeaderLine> lines)
    {
        if (Joined(lines, TargetedControl.EdgeCacheControl) is { } own && TargetedControl.TryParse(own, out var directives))
        {
            return Targeted(facts, directives, ControlField.EdgeCacheControl);
        }

        if (Joined(lines, TargetedControl.CdnCacheControl) is { } cdn && TargetedControl.TryParse(cdn, out directives))
        {
            return Targeted(facts, directives, ControlField.CdnCacheControl);
        }

        return Joined(lines, SurrogateControl.Name) is { } surrogate && SurrogateControl.TryParse(surrogate, out directives)
            ? Targeted(facts, directives, ControlField.SurrogateControl)
            : facts;
    }

    private static ResponseFacts Targeted(ResponseFacts facts, ResponseDirectives directives, ControlField control) =>
        facts with { Directives = directives, Control = control, HasExpires = false, Expires = null };

    private static ResponseDirectives CacheControl(ReadOnlySpan<HeaderLine> lines)
    {
        var parser = default(ResponseDirectivesParser);
        foreach (var line in lines)
        {
            if (line.Is("Cache-Control"))
            {
                parser.AddLine(line.Value);
            }
        }

        return parser.Build();
    }

    /// <summary>RFC 9111 §5.1: the first member counts; an invalid value is ignored.</summary>
    private static uint FirstAge(ReadOnlySpan<HeaderLine> lines)
    {
        foreach (var line in lines)
        {
            ReadOnlySpan<char> rest = line.Value;
            if (line.Is("Age") && FieldSyntax.TryNextMember(ref rest, out var first))
            {
                return DeltaSeconds.Parse(first).Value;
            }
        }

        return 0;
    }

    private static long? DateOf(ReadOnlySpan<HeaderLine> lines, string name, long receivedSeconds) =>
        Single(lines, name) is { } text && HttpDate.TryParse(text, receivedSeconds, out var seconds) ? seconds : null;

    private static int Count(ReadOnlySpan<HeaderLine> lines, string name) => Values(lines, name).Count;

    private static List<string> Values(ReadOnlySpan<HeaderLine> lines, string name)
    {
        var found = new List<string>();
        foreach (var line in lines)
        {
            if (line.Is(name))
            {
                found.Add(line.Value);
            }
        }

        return found;
    }

    /// <summary>The field if it came exactly once: of a repeated singleton nobody knows which is meant.</summary>
    private static string? Single(ReadOnlySpan<HeaderLine> lines, string name) => Values(lines, name) is [var only] ? only : null;

    private static string? Joined(ReadOnlySpan<HeaderLine> lines, string name) =>
        Values(lines, name) is { Count: > 0 } found ? string.Join(", ", found) : null;
}
