using System.CommandLine;

namespace EdgeCache.CommandLine.Verbs;

/// <summary>ZONE NAME TYPE.</summary>
internal sealed class RecordArguments
{
    private readonly Argument<string> _zone = new("zone") { Description = "The zone, such as shop.test" };
    private readonly Argument<string> _name = new("name") { Description = "The name relative to the apex; @ is the apex" };
    private readonly Argument<string> _type = new("type") { Description = "A DNS type, or DOC" };

    public RecordArguments(Command command)
    {
        command.Arguments.Add(_zone);
        command.Arguments.Add(_name);
        command.Arguments.Add(_type);
    }

    public (string Zone, string Name, string Type) Of(ParseResult parsed) =>
        (ZoneVerb.InPath(parsed.GetValue(_zone)!), parsed.GetValue(_name)!, parsed.GetValue(_type)!);
}
