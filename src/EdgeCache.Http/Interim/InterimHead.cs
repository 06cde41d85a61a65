using System.Text;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.WebUtilities;

namespace EdgeCache.Http.Interim;

/// <summary>Interim responses as bytes (RFC 9110 §15.2): found in what an upstream sends, and written for a client without the fields of the connection.</summary>
internal static class InterimHead
{
    /// <summary>Bytes that tell whether a head is interim: <c>HTTP/1.1 1</c>.</summary>
    public const int MarkLength = 10;

    /// <summary>True when a head begins like an interim one; <paramref name="start"/> has at least <see cref="MarkLength"/> bytes.</summary>
    public static bool IsInterim(ReadOnlySpan<byte> start) => start.StartsWith("HTTP/1."u8) && start[8] == ' ' && start[9] == '1';

    /// <summary>Bytes of the head with its empty line; 0 while it is not complete.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (bytes[at..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            var isEmpty = end == 0 || (end == 1 && bytes[at] == '\r');
            at += end + 1;
            if (isEmpty)
            {
                return at;
            }
        }

        return 0;
    }

    /// <summary>
    /// What goes on to the client; null for 100, which only this hop asked for, for 101, which is no interim response, and for what is malformed (RFC 9110 §15.2).
    /// </summary>
    public static byte[]? ForClient(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Length < 12 || !int.TryParse(lines[0].AsSpan(9, 3), System.Globalization.NumberStyles.None, null, out var status) || status is < 102 or > 199)
        {
            return null;
        }

        var fields = new List<HeaderLine>();
        foreach (var line in lines.AsSpan(1))
        {
            if (line.Length == 0)
            {
                break;
            }

            var colon = line.IndexOf(':');
            var value = FieldSyntax.Trim(line.AsSpan(Math.Max(0, colon + 1))).ToString();
            if (colon <= 0 || !FieldSyntax.IsToken(line.AsSpan(0, colon)) || value.AsSpan().ContainsAnyInRange('\0', '\b') || value.AsSpan().ContainsAnyInRange('\n', '\u001f'))
            {
                return null;
            }

            fields.Add(new(line[..colon], value));
        }

        return Format(status, StoredFields.Select([.. fields], default));
    }

    private static byte[] Format(int status, HeaderLine[] fields)
    {
        var text = new StringBuilder($"HTTP/1.1 {status} {(status == 103 ? "Early Hints" : ReasonPhrases.GetReasonPhrase(status))}\r\n");
        foreach (var field in fields)
        {
            if (!field.Is("Content-Length"))
            {
                text.Append(field.Name).Append(": ").Append(field.Value).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }
}
