namespace EdgeCache.Admin;

/// <summary>What changed between two texts, line by line: <c>- old</c>, <c>+ new</c>, two spaces before what stayed. Pure.</summary>
internal static class LineDiff
{
    /// <summary>Above this many lines in the part that differs it is shown as replaced whole: the table below is quadratic.</summary>
    private const int MaxLines = 1_000;

    public static IReadOnlyList<string> Between(string older, string newer)
    {
        var (a, b) = (older.Split('\n'), newer.Split('\n'));
        var head = a.Zip(b).TakeWhile(p => p.First == p.Second).Count();
        var tail = a.Skip(head).Reverse().Zip(b.Skip(head).Reverse()).TakeWhile(p => p.First == p.Second).Count();
        var (x, y) = (a[head..^tail], b[head..^tail]);
        return [.. a[..head].Select(Kept), .. Middle(x, y), .. a[^tail..].Select(Kept)];
    }

    private static IEnumerable<string> Middle(string[] x, string[] y)
    {
        if (x.Length > MaxLines || y.Length > MaxLines)
        {
            return [.. x.Select(Gone), .. y.Select(New)];
        }

        // Longest common subsequence, from the end, so that it can be walked from the beginning.
        var common = new int[x.Length + 1, y.Length + 1];
        for (var i = x.Length - 1; i >= 0; i--)
        {
            for (var j = y.Length - 1; j >= 0; j--)
            {
                common[i, j] = x[i] == y[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return Walk(x, y, common);
    }

    private static IEnumerable<string> Walk(string[] x, string[] y, int[,] common)
    {
        var (i, j) = (0, 0);
        while (i < x.Length || j < y.Length)
        {
            if (i < x.Length && j < y.Length && x[i] == y[j])
            {
                yield return Kept(x[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < x.Length && (j == y.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return Gone(x[i++]);
            }
            else
            {
                yield return New(y[j++]);
            }
        }
    }

    private static string Kept(string line) => "  " + line;

    private static string Gone(string line) => "- " + line;

    private static string New(string line) => "+ " + line;
}
