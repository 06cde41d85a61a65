using System.Buffers;
using System.Globalization;

namespace EdgeCache.CommandLine;

/// <summary>Text of strangers on a terminal: control characters, which could move the cursor or rename the window, are shown as <c>\xHH</c>.</summary>
internal static class PlainText
{
    private static readonly SearchValues<char> _controls = SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Select(c => (char)c)]);

    public static string Of(string text) =>
        text.AsSpan().IndexOfAny(_controls) < 0 ? text : string.Concat(text.Select(c => _controls.Contains(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : $"{c}"));
}
