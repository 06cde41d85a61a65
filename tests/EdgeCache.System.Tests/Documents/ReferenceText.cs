using System.Collections;
using System.CommandLine;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EdgeCache.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.System.Tests.Documents;

/// <summary>The reference as the code is: verbs, settings of a file, metrics, header fields.</summary>
internal static partial class ReferenceText
{
    /// <summary>What our own fields mean; a field of the code that is not here, or the other way round, is a fault of the document.</summary>
    private static readonly SortedDictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["Cache-Group-Invalidation"] = "origin → edge, on the answer to an unsafe request: these groups are stale on every node (RFC 9875)",
        ["Cache-Groups"] = "origin → edge: groups of an answer (RFC 9875)",
        ["Cache-Status"] = "edge → client: what each hop did (RFC 9211)",
        ["Cache-Tag"] = "origin → edge: tags with commas, for purges",
        ["CDN-Cache-Control"] = "origin → edge: lifetime for caches of this kind (RFC 9213)",
        ["CDN-Loop"] = "edge → upstream: which caches a request has passed (RFC 8586)",
        ["Edge-Change"] = "writer → origin: the writer's id, the same id is the same write; back: the change, zone:epoch:serial",
        ["Edge-Consistency"] = "client → edge: how old an answer may be: eventual, bounded;t=2, bounded;k=1, session, causal, strong",
        ["Edge-Context"] = "of a record with several values: what the reader has seen; sent with a PUT it resolves them",
        ["Edge-Floor"] = "lower tier → upper tier: the position an answer must not be older than",
        ["Edge-Position"] = "upper tier → lower tier: where the answering tier stood",
        ["Edge-Session"] = "both ways: the signed token that makes a client read what it wrote",
        ["Edge-Version"] = "edge → client: serial of the record served",
        ["EdgeCache-Control"] = "origin → edge: lifetime for EdgeCache alone, before CDN-Cache-Control; taken off downstream (RFC 9213)",
        ["Surrogate-Capability"] = "edge → upstream: Surrogate-Control is understood",
        ["Surrogate-Control"] = "origin → edge: lifetime for caches near the origin",
        ["Surrogate-Key"] = "origin → edge: tags with spaces, for purges",
    };

    public static string Make()
    {
        var text = new StringBuilder("# Reference\n\nWritten by the code; `EDGECACHE_WRITE_DOCS=1 dotnet test --project tests/EdgeCache.System.Tests` writes it anew, and a test holds it to the code.\n");
        text.Append("\n## Verbs\n\nExit codes: 0 done, 1 failed, 2 usage or configuration, 3 timed out.\n");
        AppendVerbs(text, RootVerb.Build(), "edgecache");
        text.Append("\n## Settings of a `--config` file\n\n| setting | default | meaning |\n|---|---|---|\n");
        AppendSettings(text, typeof(ProgramOptions), "", []);
        text.Append("\n## Metrics\n\nAs OpenTelemetry names them; at `/metrics` dots are underscores, counters end in `_total`, units follow the name.\n\n| metric | meaning |\n|---|---|\n");
        foreach (var (name, meaning) in Metrics())
        {
            text.Append($"| `{name}` | {meaning} |\n");
        }

        text.Append("\n## Header fields\n\n| field | meaning |\n|---|---|\n");
        foreach (var (name, meaning) in Fields)
        {
            text.Append($"| `{name}` | {meaning} |\n");
        }

        return text.ToString();
    }

    /// <summary>Written by others, and only stored: not ours.</summary>
    private static readonly string[] OfOthers = ["Edge-Tag"];

    /// <summary>Fields of ours that the code names and the table does not.</summary>
    public static IEnumerable<string> UnknownFields() =>
        Sources().SelectMany(s => OwnField().Matches(s).Select(m => m.Groups[1].Value)).Distinct().Where(f => !Fields.ContainsKey(f) && !OfOthers.Contains(f)).Order(StringComparer.Ordinal);

    private static void AppendVerbs(StringBuilder text, Command command, string path)
    {
        if (command.Subcommands.Count == 0 || path == "edgecache")
        {
            var described = (command.Description ?? "").ReplaceLineEndings("\n");
            var cut = described.IndexOf("\n\nExample", StringComparison.Ordinal);
            text.Append($"\n### {path}\n\n{(cut < 0 ? described : described[..cut])}\n");
            if (cut >= 0)
            {
                text.Append($"\n```text\n{string.Join('\n', described[(cut + 2)..].Split('\n').Skip(1).Select(l => l.Trim()).Where(l => l.Length > 0))}\n```\n");
            }

            var options = command.Options.Where(o => o.Name is not ("--help" or "--version")).OrderBy(o => o.Name, StringComparer.Ordinal).ToList();
            text.Append("\n| | |\n|---|---|\n");
            foreach (var argument in command.Arguments)
            {
                text.Append($"| `{argument.Name}` | {Cell(argument.Description ?? "")} |\n");
            }

            foreach (var option in options)
            {
                text.Append($"| `{option.Name}{(option.HelpName is { } value ? " " + value : "")}` | {Cell(option.Description ?? "")} |\n");
            }
        }

        foreach (var sub in command.Subcommands.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            AppendVerbs(text, sub, $"{path} {sub.Name}");
        }
    }

    private static void AppendSettings(StringBuilder text, Type type, string path, HashSet<Type> above)
    {
        var standard = Activator.CreateInstance(type);
        foreach (var property in type.GetProperties().Where(p => p.CanWrite))
        {
            var name = (path.Length == 0 ? "" : path + ".") + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var element = kind.IsGenericType ? kind.GetGenericArguments()[^1] : kind;
            var suffix = !kind.IsGenericType ? "" : kind.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? ".NAME" : "[]";
            var isNested = element.Namespace == typeof(ProgramOptions).Namespace && element.IsClass;
            text.Append($"| `{name}{suffix}` | {(isNested ? "" : Shown(property.GetValue(standard)))} | {Cell(Summary(type, property))} |\n");
            if (isNested && !above.Contains(element))
            {
                AppendSettings(text, element, name + suffix, [.. above, type]);
            }
        }
    }

    private static string Shown(object? value) => value switch
    {
        null or "" => "",
        string text => $"`{Cell(text)}`",
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(i => $"`{i}`")),
        TimeSpan time => $"`{DurationText.Format(time)}`",
        bool flag => flag ? "`true`" : "`false`",
        _ => $"`{Convert.ToString(value, global::System.Globalization.CultureInfo.InvariantCulture)}`",
    };

    private static readonly Lazy<Dictionary<string, string>> Summaries = new(() =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "edgecache.xml")).Descendants("member").Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => Spaces().Replace(Plain(m.Element("summary")!), " ").Trim())); // A member has a name; Where sees to the other.

    private static string Plain(XElement element) =>
        string.Concat(element.Nodes().Select(n => n is XText text ? text.Value : n is XElement e ? e.Name == "c" ? $"`{e.Value}`" : e.Attribute("cref")?.Value.Split('.')[^1] ?? e.Value : ""));

    private static string Summary(Type type, PropertyInfo property) => Summaries.Value.GetValueOrDefault($"P:{type.FullName}.{property.Name}", "");

    private static SortedDictionary<string, string> Metrics()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in Sources())
        {
            foreach (Match match in Instrument().Matches(source))
            {
                var rest = source.AsSpan(match.Index + match.Length);
                var end = rest.IndexOf(";\n", StringComparison.Ordinal);
                var description = Description().Match((end < 0 ? rest : rest[..end]).ToString());
                found[match.Groups[1].Value] = description.Success ? description.Groups[1].Value : "";
            }
        }

        return found;
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(File.ReadAllText);

    private static string Cell(string text) => Spaces().Replace(text, " ").Replace("|", "\\|", StringComparison.Ordinal).Trim();

    [GeneratedRegex("Create(?:Observable)?(?:Counter|Gauge|Histogram|UpDownCounter)(?:<[a-z]+>)?\\(\\s*\"(edgecache\\.[a-z.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex("description: \"([^\"]*)\"")]
    private static partial Regex Description();

    [GeneratedRegex("\"(Edge-[A-Z][A-Za-z]+)\"")]
    private static partial Regex OwnField();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
