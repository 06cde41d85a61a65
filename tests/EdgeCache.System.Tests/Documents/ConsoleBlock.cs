namespace EdgeCache.System.Tests.Documents;

/// <summary>
/// One fenced <c>console</c> block of a document. A line that starts with <c>$ </c> is a command; a backslash at its end continues it. What follows is what must be seen, in this order, among other lines:
/// <c>…</c> stands for any text, <c>&lt;word&gt;</c> for a value that must be the same wherever it stands again in the document. A last line <c>(exit N)</c> names the exit code if it is not 0.
/// </summary>
internal sealed record ConsoleBlock(string Setting, int Line, IReadOnlyList<ConsoleCommand> Commands)
{
    private const string Fence = "```";

    /// <summary>The blocks of a document; <see cref="Setting"/> is what the fence says after <c>console</c>.</summary>
    public static IReadOnlyList<ConsoleBlock> Read(IReadOnlyList<string> lines)
    {
        var blocks = new List<ConsoleBlock>();
        for (var i = 0; i < lines.Count; i++)
        {
            var opening = lines[i].Trim();
            if (!opening.StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var start = ++i;
            while (i < lines.Count && lines[i].Trim() != Fence)
            {
                i++;
            }

            var info = opening[Fence.Length..].Trim();
            if (info == "console" || info.StartsWith("console ", StringComparison.Ordinal))
            {
                blocks.Add(new ConsoleBlock(info["console".Length..].Trim(), start, CommandsOf(lines, start, i)));
            }
        }

        return blocks;
    }

    private static List<ConsoleCommand> CommandsOf(IReadOnlyList<string> lines, int from, int end)
    {
        var commands = new List<ConsoleCommand>();
        for (var i = from; i < end; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                var text = line[2..];
                while (text.EndsWith('\\') && i + 1 < end)
                {
                    text = text[..^1] + lines[++i].Trim();
                }

                commands.Add(new ConsoleCommand(i + 1, text, []));
            }
            else if (line.Length > 0 && commands.Count > 0)
            {
                commands[^1].Expected.Add(line);
            }
        }

        return commands;
    }
}

/// <summary>A command, the line it ends on, and what must be seen.</summary>
internal sealed record ConsoleCommand(int Line, string Text, List<string> Expected);
