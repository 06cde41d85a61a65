using System.Buffers;
using System.Collections.Frozen;
using System.Net.Http.Headers;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Fetching;

/// <summary>The head of an upstream's answer as lines, checked for what must not be passed on (RFC 9112 §6.3).</summary>
internal static class UpstreamHead
{
    /// <summary>What no field value may hold (RFC 9110 §5.5).</summary>
    public static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (char)c), '\u007f']);

    /// <summary>Most fields of different names; more is a bomb.</summary>
    public const int MaxFields = 256;

    private static readonly FrozenSet<string> _registered =
        new[] { "compress", "deflate", "gzip", "x-compress", "x-gzip", "identity", "trailers" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The lines, if the head is sound (<see cref="Check"/>), or why it is not. Connection and what it names are still there.</summary>
    public static CacheReason TryRead(HttpResponseMessage response, out HeaderLine[] lines)
    {
        lines = [];
        if (CheckFraming(response, isUpgrade: false) is not CacheReason.None and var broken)
        {
            return broken;
        }

        lines = Read(response);
        foreach (var line in lines)
        {
            if (line.Value.AsSpan().ContainsAny(Controls))
            {
                return CacheReason.BadFraming;
            }
        }

        return CacheReason.None;
    }

    /// <summary>The lines.</summary>
    public static HeaderLine[] Read(HttpResponseMessage response)
    {
        var lines = new List<HeaderLine>(16);
        foreach (var field in response.Headers.NonValidated)
        {
            Add(lines, field);
        }

        foreach (var field in response.Content.Headers.NonValidated)
        {
            if (!HasNoContent(response) || !field.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                Add(lines, field);
            }
        }

        return [.. lines];
    }

    /// <summary>
    /// <see cref="CacheReason.BadFraming"/> for two lengths, a length that is no number, a transfer coding that could be read in two ways or comes with a length, and a
    /// protocol switch that was not asked for: the next hop could read another message than we did.
    /// </summary>
    public static CacheReason Check(HttpResponseMessage response, bool isUpgrade) =>
        CheckFraming(response, isUpgrade) is not CacheReason.None and var broken ? broken
        : response.StatusCode != System.Net.HttpStatusCode.SwitchingProtocols && (HasControls(response.Headers.NonValidated) || HasControls(response.Content.Headers.NonValidated)) ? CacheReason.BadFraming
        : CacheReason.None;

    private static CacheReason CheckFraming(HttpResponseMessage response, bool isUpgrade)
    {
        if (response.StatusCode == System.Net.HttpStatusCode.SwitchingProtocols)
        {
            return isUpgrade ? CacheReason.None : CacheReason.BadFraming;
        }

        if ((int)response.StatusCode is < 200 or > 999 || response.Headers.NonValidated.Count + response.Content.Headers.NonValidated.Count > MaxFields)
        {
            return CacheReason.BadFraming;
        }

        var hasLength = false;
        if (response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths))
        {
            hasLength = true;
            if (lengths.Count != 1 || !IsNumber(lengths.ToString()))
            {
                return CacheReason.BadFraming;
            }
        }

        // HTTP/1.0 knows no transfer codings (RFC 9112 §6.1).
        return response.Headers.NonValidated.TryGetValues("Transfer-Encoding", out var codings)
            && (hasLength || response.Version < System.Net.HttpVersion.Version11 || codings.Count != 1 || !IsPlainCoding(codings.ToString()))
            ? CacheReason.BadFraming
            : CacheReason.None;
    }

    /// <summary>
    /// RFC 9110 §15.3.6: 205 has no content, but its framing may say that it has, and the server would refuse to pass it on. What is there goes with its connection.
    /// </summary>
    public static void DropContentOfReset(HttpResponseMessage response)
    {
        if (response.StatusCode == System.Net.HttpStatusCode.ResetContent)
        {
            var none = new ByteArrayContent([]);
            foreach (var field in response.Content.Headers.NonValidated)
            {
                if (!field.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                {
                    none.Headers.TryAddWithoutValidation(field.Key, field.Value);
                }
            }

            response.Content.Dispose();
            response.Content = none;
            _ = response.Headers.Remove("Transfer-Encoding");
        }
    }

    /// <summary>Bytes of the body that are announced.</summary>
    public static long? LengthOf(HttpResponseMessage response) => HasNoContent(response) ? null : response.Content.Headers.ContentLength;

    /// <summary>RFC 9112 §6.3: nothing follows such a head, whatever a length says; a server that is told a length would refuse the answer.</summary>
    private static bool HasNoContent(HttpResponseMessage response) => response.StatusCode == System.Net.HttpStatusCode.NoContent;

    /// <summary>RFC 9110 §5.5: what could end a line, or a text, for the next hop.</summary>
    private static bool HasControls(HttpHeadersNonValidated fields)
    {
        foreach (var field in fields)
        {
            foreach (var value in field.Value)
            {
                if (value.AsSpan().ContainsAny(Controls))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Chunked; or a coding nobody knows, whose body ends with the connection (RFC 9112 §6.3). A registered one was not asked for and would have to be undone, and what
    /// only resembles chunked is read as chunked by some.
    /// </summary>
    private static bool IsPlainCoding(string coding) =>
        coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
        || (FieldSyntax.IsToken(coding) && !coding.Contains("chunk", StringComparison.OrdinalIgnoreCase) && !_registered.Contains(coding));

    /// <summary>Takes off the fields that concern only the connection to the upstream, and what is meant for this cache alone.</summary>
    public static void Clean(HttpResponseMessage response)
    {
        if (response.StatusCode != System.Net.HttpStatusCode.SwitchingProtocols && response.Headers.NonValidated.TryGetValues("Connection", out var connection))
        {
            foreach (var line in connection)
            {
                ReadOnlySpan<char> rest = line;
                while (FieldSyntax.TryNextMember(ref rest, out var name))
                {
                    Remove(response, name.ToString());
                }
            }
        }

        if (HasNoContent(response))
        {
            _ = response.Content.Headers.Remove("Content-Length");
        }

        Remove(response, TargetedControl.EdgeCacheControl);
        Remove(response, TierFields.Position);
        Remove(response, TierFields.Session);
    }

    /// <summary>Removes a field wherever the framework keeps it.</summary>
    public static void Remove(HttpResponseMessage response, string name)
    {
        if (FieldSyntax.IsToken(name) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            _ = response.Headers.NonValidated.Contains(name) && response.Headers.Remove(name);
            _ = response.Content.Headers.NonValidated.Contains(name) && response.Content.Headers.Remove(name);
        }
    }

    private static void Add(List<HeaderLine> lines, KeyValuePair<string, System.Net.Http.Headers.HeaderStringValues> field)
    {
        foreach (var value in field.Value)
        {
            lines.Add(new(field.Key, value));
        }
    }

    private static bool IsNumber(string text) => text.Length is > 0 and <= 18 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
