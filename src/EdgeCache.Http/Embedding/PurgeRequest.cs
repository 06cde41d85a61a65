using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Http.Embedding;

/// <summary>Reads <c>{"select":[{"tag":"product-1"}],"mode":"soft"}</c>, the body of the admin API's purge, into a change or a reason. Pure.</summary>
internal static class PurgeRequest
{
    public const string Allowed = "{\"select\":[{\"tag\"|\"url\"|\"prefix\"|\"host\": …} or {\"all\":true}], \"mode\":\"soft\"|\"hard\"}";

    private static readonly (string Name, SelectorKind Kind)[] Kinds =
        [("url", SelectorKind.Url), ("tag", SelectorKind.Tag), ("prefix", SelectorKind.Prefix), ("host", SelectorKind.Host)];

    public static bool TryRead(JsonElement body, [NotNullWhen(true)] out PurgeChange? purge, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            return TryReadTexts(body, out purge, out fault);
        }
        catch (InvalidOperationException)
        {
            // RFC 8259 §8: the parser takes texts that are no Unicode and fails where one of them is read.
            (purge, fault) = (null, "the body holds text that is no Unicode");
            return false;
        }
    }

    private static bool TryReadTexts(JsonElement body, [NotNullWhen(true)] out PurgeChange? purge, [NotNullWhen(false)] out string? fault)
    {
        purge = null;
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("select", out var select) || select.ValueKind != JsonValueKind.Array || select.GetArrayLength() == 0)
        {
            fault = "nothing is selected";
            return false;
        }

        if (select.GetArrayLength() > PurgeChange.MaxSelectors)
        {
            fault = $"select holds {select.GetArrayLength()} selectors; at most {PurgeChange.MaxSelectors}";
            return false;
        }

        var mode = body.TryGetProperty("mode", out var word) ? word.ValueKind == JsonValueKind.String ? word.GetString() : "?" : "soft";
        if (mode is not ("soft" or "hard"))
        {
            fault = "mode is neither soft nor hard";
            return false;
        }

        var selectors = new List<Selector>();
        foreach (var item in select.EnumerateArray())
        {
            if (!TrySelector(item, out var selector, out var why))
            {
                fault = $"select[{selectors.Count}]: {why}";
                return false;
            }

            selectors.Add(selector);
        }

        fault = null;
        purge = new PurgeChange(selectors, mode == "hard" ? PurgeMode.Hard : PurgeMode.Soft, 0);
        return true;
    }

    private static bool TrySelector(JsonElement item, out Selector selector, [NotNullWhen(false)] out string? fault)
    {
        selector = default;
        if (item.ValueKind != JsonValueKind.Object || item.EnumerateObject().Count() != 1)
        {
            fault = "exactly one of url, tag, prefix, host, all";
            return false;
        }

        var member = item.EnumerateObject().First();
        if (member.Name == "all" && member.Value.ValueKind == JsonValueKind.True)
        {
            (selector, fault) = (Selector.Everything, null);
            return true;
        }

        var kind = Array.FindIndex(Kinds, k => k.Name == member.Name);
        if (kind < 0 || member.Value.ValueKind != JsonValueKind.String)
        {
            fault = $"'{member.Name}' does not select; allowed are url, tag, prefix, host with a text, all with true";
            return false;
        }

        return Selectors.TryMake(Kinds[kind].Kind, member.Value.GetString(), null, out selector, out fault);
    }
}
