using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace EdgeCache.Configuration;

/// <summary>Checks the annotations of an options class and of everything inside it, and reports every violation with its path.</summary>
internal static class OptionsChecker
{
    /// <summary>Between what is wrong and what is allowed in the message of an annotation.</summary>
    public const string Divider = " | ";

    public static void Check(object options, string path, List<Violation> violations)
    {
        // Not Validator.TryValidateObject: it skips the cross-checks as soon as one annotation fails, and not everything would be reported at once.
        var results = new List<ValidationResult>();
        foreach (var property in options.GetType().GetProperties())
        {
            var context = new ValidationContext(options) { MemberName = property.Name };
            Validator.TryValidateProperty(property.GetValue(options), context, results);
        }

        results.AddRange((options as IValidatableObject)?.Validate(new ValidationContext(options)) ?? []);
        violations.AddRange(results.Select(r => ToViolation(r, path)));
        foreach (var property in options.GetType().GetProperties())
        {
            var here = Join(path, JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            switch (property.GetValue(options))
            {
                case IDictionary dictionary:
                    foreach (DictionaryEntry entry in dictionary)
                    {
                        CheckNested(entry.Value, Join(here, (string)entry.Key), violations);
                    }

                    break;
                case IList list:
                    for (var i = 0; i < list.Count; i++)
                    {
                        CheckNested(list[i], $"{here}[{i}]", violations);
                    }

                    break;
                case var nested:
                    CheckNested(nested, here, violations);
                    break;
            }
        }
    }

    private static void CheckNested(object? value, string path, List<Violation> violations)
    {
        if (value is not null && value.GetType().Namespace == typeof(OptionsChecker).Namespace && !value.GetType().IsValueType)
        {
            Check(value, path, violations);
        }
    }

    private static Violation ToViolation(ValidationResult result, string path)
    {
        var member = result.MemberNames.FirstOrDefault();
        var where = member is null ? path : Join(path, JsonNamingPolicy.CamelCase.ConvertName(member));
        var text = result.ErrorMessage ?? "";
        var cut = text.IndexOf(Divider, StringComparison.Ordinal);
        return cut < 0
            ? new Violation(where, text, "see config/")
            : new Violation(where, text[..cut], text[(cut + Divider.Length)..]);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
