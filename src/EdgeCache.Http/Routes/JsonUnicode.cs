using System.Text.Json;
using System.Text.Unicode;

namespace EdgeCache.Http.Routes;

/// <summary>Whether the texts of a JSON document are Unicode (RFC 8259 §8): the parser takes others too, and fails where one of them is read.</summary>
internal static class JsonUnicode
{
    /// <summary>False when some bytes are no UTF-8, or an escape is half a character. <paramref name="json"/> has been parsed with <paramref name="options"/>.</summary>
    public static bool IsSound(ReadOnlySpan<byte> json, JsonDocumentOptions options)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = options.CommentHandling, AllowTrailingCommas = options.AllowTrailingCommas, MaxDepth = options.MaxDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped && !IsWhole(in reader))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWhole(in Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // The only way that the reader has to say so.
        }
    }
}
