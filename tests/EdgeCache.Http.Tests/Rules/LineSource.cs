using EdgeCache.Http.Rules;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Tests.Rules;

/// <summary>Request fields from lines.</summary>
internal readonly struct LineSource(params string[] lines) : IFieldSource
{
    public StringValues Field(string name) => new([.. Given.Lines(lines).Where(l => l.Is(name)).Select(l => l.Value)]);
}
