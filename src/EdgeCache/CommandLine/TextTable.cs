using Spectre.Console;

namespace EdgeCache.CommandLine;

/// <summary>A table: with rules on a terminal, columns parted by two spaces in a pipe, where tools cut it.</summary>
internal sealed class TextTable
{
    private readonly string[] _heads;
    private readonly List<string[]> _rows = [];

    public TextTable(params string[] heads) => _heads = heads;

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(PlainText.Of)]);

    public void Write(TextWriter output)
    {
        if (!Console.IsOutputRedirected && ReferenceEquals(output, Console.Out))
        {
            var table = new Table().Border(TableBorder.Rounded);
            table.AddColumns([.. _heads.Select(h => h.EscapeMarkup())]);
            _rows.ForEach(r => table.AddRow([.. r.Select(c => c.EscapeMarkup())]));
            AnsiConsole.Write(table);
            return;
        }

        var widths = _heads.Select((h, i) => Math.Max(h.Length, _rows.Count == 0 ? 0 : _rows.Max(r => r[i].Length))).ToArray();
        foreach (var row in _rows.Prepend(_heads))
        {
            output.WriteLine(string.Join("  ", row.Select((c, i) => c.PadRight(widths[i]))).TrimEnd());
        }
    }
}
