using System.Diagnostics.CodeAnalysis;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>Purges and selectors as JSON.</summary>
internal static class SelectorText
{
    public static bool TryPurge(PurgeDocument? document, [NotNullWhen(true)] out PurgeChange? purge, [NotNullWhen(false)] out IResult? refusal)
    {
        purge = null;
        if (document?.Select is not { Count: > 0 } select)
        {
            refusal = Problem.BadRequest("nothing is selected", "\"select\": a list of {\"url\"}, {\"tag\"}, {\"prefix\"}, {\"host\"}, {\"name\",\"type\"}, {\"subtree\"} or {\"all\":true}");
            return false;
        }

        if (select.Count > PurgeChange.MaxSelectors)
        {
            refusal = Problem.Of(StatusCodes.Status413PayloadTooLarge, $"select holds {select.Count} selectors", null, $"at most {PurgeChange.MaxSelectors}");
            return false;
        }

        if (document.Mode is not (null or "soft" or "hard"))
        {
            refusal = Problem.BadRequest($"mode: '{document.Mode}' is not known", "soft, hard");
            return false;
        }

        var selectors = new List<Selector>(select.Count);
        for (var i = 0; i < select.Count; i++)
        {
            if (!TrySelector(select[i], out var selector, out var error))
            {
                refusal = Problem.BadRequest($"select[{i}]: {error}", "exactly one of url, tag, prefix, host, name (with type), subtree, all");
                return false;
            }

            selectors.Add(selector);
        }

        refusal = null;
        var mode = document.Mode == "hard" ? PurgeMode.Hard : document.Revalidate == true ? PurgeMode.SoftRevalidate : PurgeMode.Soft;
        purge = new PurgeChange(selectors, mode, document.Settle ?? 0);
        return true;
    }

    public static object ToJson(Selector selector) => selector.Kind switch
    {
        SelectorKind.All => new { all = true },
        SelectorKind.Url => new { url = selector.Value },
        SelectorKind.Tag => new { tag = selector.Value },
        SelectorKind.Prefix => new { prefix = selector.Value },
        SelectorKind.Host => new { host = selector.Value },
        SelectorKind.Subtree => new { subtree = selector.Value },
        _ => new { name = selector.Value, type = selector.Type },
    };

    private static bool TrySelector(SelectorDocument? document, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        (SelectorKind Kind, string? Value)[] given = document is null ? [] :
        [
            (SelectorKind.Url, document.Url), (SelectorKind.Tag, document.Tag), (SelectorKind.Prefix, document.Prefix), (SelectorKind.Host, document.Host),
            (SelectorKind.Name, document.Name), (SelectorKind.Subtree, document.Subtree), (SelectorKind.All, document.All == true ? "" : null),
        ];
        var set = given.Where(g => g.Value is not null).ToArray();
        if (set.Length != 1)
        {
            error = set.Length == 0 ? "it selects nothing" : "it selects in more than one way";
            return false;
        }

        return Selectors.TryMake(set[0].Kind, set[0].Value, document!.Type, out selector, out error); // set is empty for null.
    }
}
