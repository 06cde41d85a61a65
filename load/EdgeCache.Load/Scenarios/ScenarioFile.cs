using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCache.Load.Scenarios;

/// <summary>Reads scenarios. A bad one gives all its errors at once, each with the field and what is allowed.</summary>
public static class ScenarioFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Parses a scenario's text; <paramref name="errors"/> is empty exactly when the result is not null.</summary>
    public static Scenario? Parse(string text, out IReadOnlyList<string> errors)
    {
        try
        {
            var scenario = JsonSerializer.Deserialize<Scenario>(text, Json);
            if (scenario is null)
            {
                errors = ["the file is empty"];
                return null;
            }

            var found = new List<string>();
            Check(scenario, "", found);
            CrossCheck(scenario, found);
            errors = found;
            return found.Count == 0 ? scenario : null;
        }
        catch (JsonException e)
        {
            errors = [ScenarioFault.Of(e)];
            return null;
        }
    }

    /// <summary>Checks a scenario that was changed after it was read.</summary>
    public static IReadOnlyList<string> Recheck(Scenario scenario)
    {
        var found = new List<string>();
        Check(scenario, "", found);
        CrossCheck(scenario, found);
        return found;
    }

    private static void Check(object value, string path, List<string> errors)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = path + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var content = property.GetValue(value);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!rule.IsValid(content))
                {
                    errors.Add($"{name}: {content ?? "nothing"} is not allowed; {Allowed(rule)}");
                }
            }

            if (content is IEnumerable list and not string)
            {
                var i = 0;
                foreach (var item in list)
                {
                    if (item is not string)
                    {
                        Check(item, $"{name}[{i}].", errors);
                    }

                    i++;
                }
            }
            else if (content is not null && content.GetType().Namespace == typeof(Scenario).Namespace && !content.GetType().IsEnum)
            {
                Check(content, name + ".", errors);
            }
        }
    }

    private static void CrossCheck(Scenario scenario, List<string> errors)
    {
        if (scenario.Target.Kind == TargetKind.External && scenario.Target.Read.Count == 0)
        {
            errors.Add("target.read: an external target needs at least one address, http://… or dns://host:port/zone");
        }

        if (scenario.Target.Kind == TargetKind.External && scenario.Writes is { Purge: true, Rate: > 0 } && scenario.Target.PurgeUrl is null)
        {
            errors.Add("target.purgeUrl: writes.purge is on, so the tool must know where to send a purge; give a URL with {key}, or set writes.purge to false");
        }

        if (scenario.Target.Kind == TargetKind.External && scenario.Faults.Count > 0)
        {
            errors.Add("faults: only processes that the tool started can be made to fail; an external target takes none");
        }

        CheckSteps("reads.steps", scenario.Reads, scenario, errors);
        CheckSteps("writes.steps", scenario.Writes, scenario, errors);
        foreach (var name in scenario.Gate.NoViolations.Where(n => !Running.GateLimits.Guarantees.Contains(n)))
        {
            errors.Add($"gate.noViolations: {name} is not allowed; {string.Join(", ", Running.GateLimits.Guarantees)}");
        }

        if (scenario.Target.Kind == TargetKind.External && scenario.Target.OriginPort == 0)
        {
            errors.Add("target.originPort: the cache in front must know where the tool's origin listens; 1 to 65535");
        }

        if (scenario.Reads.Over == ReadProtocol.Record && scenario.Target.Kind != TargetKind.EdgeCache)
        {
            errors.Add("reads.over: record look-ups are EdgeCache's; an external target is read over http or dns");
        }

        if (scenario.Target.Regions != RegionKind.One && (scenario.Reads.Over != ReadProtocol.Http || scenario.Target.Edges < 2))
        {
            errors.Add("target.regions: two regions are read over http and need at least two edges");
        }

        if (scenario.Feed && (scenario.Keys.Count % 2 != 0 || scenario.Reads.Over == ReadProtocol.Dns))
        {
            errors.Add("feed: a post and its comment are two keys, read over http; keys.count must be even");
        }

        CheckFaults(scenario, errors);
    }

    private static void CheckFaults(Scenario scenario, List<string> errors)
    {
        for (var i = 0; i < scenario.Faults.Count; i++)
        {
            if (scenario.Faults[i].What.StartsWith("edge-", StringComparison.Ordinal)
                && !(int.TryParse(scenario.Faults[i].What.AsSpan(5), out var number) && number >= 1 && number <= scenario.Target.Edges))
            {
                errors.Add($"faults[{i}].what: there is no {scenario.Faults[i].What}; target.edges is {scenario.Target.Edges}");
            }

            if (scenario.Faults[i].Kind == FaultKind.Cut && !scenario.Faults[i].What.StartsWith("edge-", StringComparison.Ordinal) && scenario.Faults[i].What != "resolver")
            {
                errors.Add($"faults[{i}].what: {scenario.Faults[i].What} cannot be cut; edge-N or resolver");
            }

            if (scenario.Faults[i].AtSeconds + scenario.Faults[i].Seconds > scenario.Seconds)
            {
                errors.Add($"faults[{i}]: ends after the run; atSeconds + seconds must be at most {scenario.Seconds}");
            }
        }
    }

    private static void CheckSteps(string name, RatePlan plan, Scenario scenario, List<string> errors)
    {
        if (plan.Steps.Count > 0 && Math.Abs(plan.Steps.Sum(s => s.Seconds) - scenario.Seconds) > 0.001)
        {
            errors.Add($"{name}: their seconds add up to {plan.Steps.Sum(s => s.Seconds)}; they must add up to seconds, {scenario.Seconds}");
        }

        if (plan.Steps.Count > 0 && plan.RateAtEnd is not null)
        {
            errors.Add($"{name}: a plan has either steps or rateAtEnd");
        }
    }

    private static string Allowed(ValidationAttribute rule) => rule switch
    {
        RangeAttribute r => $"{r.Minimum} to {r.Maximum}",
        RequiredAttribute => "it must be given",
        _ => rule.ErrorMessage ?? rule.GetType().Name,
    };
}
