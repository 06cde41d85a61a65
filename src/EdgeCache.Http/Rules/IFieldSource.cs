using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>Where request fields come from: the server's headers on the hit path, an outgoing request in a fill, lines in a test. Implemented by structs, used as a type argument.</summary>
internal interface IFieldSource
{
    /// <summary>All lines of a field in order; empty when there is none.</summary>
    StringValues Field(string name);
}
