namespace EdgeCache.Http.Rules;

/// <summary>Reads <see cref="ResponseFacts"/> from a response's head.</summary>
internal static class ResponseFactsReader
{
    /// <summary>Reads the lines of a response that arrived at <paramref name="receivedSeconds"/> (Unix time, wall clock).</summary>
    public static ResponseFacts Read(int status, ReadOnlySpan<HeaderLine> lines, long receivedSeconds)
    {
        var read = default(FactLines);
        foreach (var line in lines)
        {
            read.Add(line);
        }

        var facts = new ResponseFacts
        {
            Status = status,
            Date = DateOf(read.Date, receivedSeconds) ?? receivedSeconds,
            HasExpires = read.Expires.IsPresent,
            Expires = DateOf(read.Expires, receivedSeconds),
            Age = FirstAge(lines),
            LastModified = DateOf(read.LastModified, receivedSeconds),
            Directives = read.Control.Build(),
            Vary = read.Vary is null ? VarySpec.None : VarySpec.Parse(read.Vary),
            ETag = read.ETag.Only,
            HasSetCookie = read.HasCookie,
            Location = read.Location.Only,
            ContentLocation = read.ContentLocation.Only,
            Tags = read.HasTags ? TagFields.Read(lines) : TagSet.Empty,
        };
        return read.HasTarget ? WithTargetedPolicy(facts, lines) : facts;
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

    /// <summary>RFC 9111 §5.1: the first member counts; an invalid value is ignored. Parameters behind a number do not take it away: older is the safe side.</summary>
    private static uint FirstAge(ReadOnlySpan<HeaderLine> lines)
    {
        foreach (var line in lines)
        {
            ReadOnlySpan<char> rest = line.Value;
            if (line.Is("Age") && FieldSyntax.TryNextMember(ref rest, out var first))
            {
                var parameters = first.IndexOf(';');
                return DeltaSeconds.Parse(parameters < 0 ? first : FieldSyntax.Trim(first[..parameters])).Value;
            }
        }

        return 0;
    }

    private static long? DateOf(Singleton field, long receivedSeconds) =>
        field.Only is { } text && HttpDate.TryParse(text, receivedSeconds, out var seconds) ? seconds : null;

    private static string? Joined(ReadOnlySpan<HeaderLine> lines, string name)
    {
        string? joined = null;
        foreach (var line in lines)
        {
            if (line.Is(name))
            {
                joined = joined is null ? line.Value : $"{joined}, {line.Value}";
            }
        }

        return joined;
    }

    /// <summary>A field that may come once: of a repeated one nobody knows which is meant.</summary>
    private struct Singleton
    {
        private string? _value;
        private int _count;

        public readonly bool IsPresent => _count > 0;

        public readonly string? Only => _count == 1 ? _value : null;

        public void Add(string value) => (_value, _count) = (value, _count + 1);
    }

    /// <summary>The lines that facts are read from, as they come. Mutable: keep it in one place.</summary>
    private struct FactLines
    {
        public ResponseDirectivesParser Control;
        public Singleton Date;
        public Singleton Expires;
        public Singleton LastModified;
        public Singleton ETag;
        public Singleton Location;
        public Singleton ContentLocation;
        public List<string>? Vary;
        public bool HasCookie;
        public bool HasTarget;
        public bool HasTags;

        public void Add(HeaderLine line)
        {
            switch (FactFields.Of(line.Name))
            {
                case FactField.Date:
                    Date.Add(line.Value);
                    break;
                case FactField.Expires:
                    Expires.Add(line.Value);
                    break;
                case FactField.LastModified:
                    LastModified.Add(line.Value);
                    break;
                case FactField.ETag:
                    ETag.Add(line.Value);
                    break;
                case FactField.Location:
                    Location.Add(line.Value);
                    break;
                case FactField.ContentLocation:
                    ContentLocation.Add(line.Value);
                    break;
                case FactField.CacheControl:
                    Control.AddLine(line.Value);
                    break;
                case FactField.Vary:
                    (Vary ??= []).Add(line.Value);
                    break;
                case FactField.SetCookie:
                    HasCookie = true;
                    break;
                case FactField.Targeted:
                    HasTarget = true;
                    break;
                case FactField.Tags:
                    HasTags = true;
                    break;
            }
        }
    }
}
