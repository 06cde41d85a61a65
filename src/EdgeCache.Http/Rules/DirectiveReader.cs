namespace EdgeCache.Http.Rules;

/// <summary>In which form a directive's argument came.</summary>
internal enum DirectiveForm : byte
{
    /// <summary>No argument.</summary>
    Bare,

    /// <summary><c>name=token</c>; the token may be empty.</summary>
    Token,

    /// <summary><c>name="text"</c>.</summary>
    Quoted,

    /// <summary>Something else: space around <c>=</c>, text after the argument, an unfinished quote.</summary>
    Malformed,
}

/// <summary>Reads the directives of one Cache-Control line (RFC 9111 §5.2) without allocating.</summary>
internal ref struct DirectiveReader
{
    private ReadOnlySpan<char> _rest;

    /// <summary>Starts at the beginning of a line.</summary>
    public DirectiveReader(ReadOnlySpan<char> line)
    {
        _rest = line;
        Name = default;
        Argument = default;
        Form = DirectiveForm.Bare;
    }

    /// <summary>The name as written.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>The argument without quotes; escapes are left as they are.</summary>
    public ReadOnlySpan<char> Argument { get; private set; }

    /// <summary>The form of the argument.</summary>
    public DirectiveForm Form { get; private set; }

    /// <summary>Moves to the next directive; members without a token in front are skipped (RFC 9111 §5.2: unknown ones are ignored).</summary>
    public bool Read()
    {
        while (FieldSyntax.TryNextMember(ref _rest, out var member))
        {
            var length = FieldSyntax.TokenLength(member);
            if (length > 0)
            {
                Name = member[..length];
                ReadArgument(member[length..]);
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the directive has this name; <paramref name="name"/> is lower case.</summary>
    public readonly bool Is(ReadOnlySpan<char> name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The argument as delta-seconds. Both forms are read, as RFC 9111 §5.2 asks.</summary>
    public readonly DeltaSeconds Seconds() =>
        Form is DirectiveForm.Token or DirectiveForm.Quoted ? DeltaSeconds.Parse(Argument) : DeltaSeconds.Invalid;

    private void ReadArgument(ReadOnlySpan<char> tail)
    {
        Argument = default;
        Form = DirectiveForm.Bare;
        if (tail.IsEmpty)
        {
            return;
        }

        Form = DirectiveForm.Malformed;
        if (tail[0] != '=')
        {
            return;
        }

        tail = tail[1..];
        if (!tail.IsEmpty && tail[0] == '"')
        {
            var length = FieldSyntax.QuotedLength(tail);
            if (length == tail.Length)
            {
                Argument = tail[1..(length - 1)];
                Form = DirectiveForm.Quoted;
            }
        }
        else if (FieldSyntax.TokenLength(tail) == tail.Length)
        {
            Argument = tail;
            Form = DirectiveForm.Token;
        }
    }
}
