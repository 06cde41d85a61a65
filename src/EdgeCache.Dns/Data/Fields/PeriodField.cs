using System.Globalization;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>A 32-bit number of seconds, which master files may write with units.</summary>
internal sealed class PeriodField : RdataField
{
    private readonly string _what;

    public PeriodField(string what) => _what = what;

    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, _what);
        }

        if (!token.TryGetTtl(out uint seconds))
        {
            return Wrong(token, $"a time such as 3600 or 1h ({_what})");
        }

        return output.TryWriteUInt32(seconds) ? default : NoRoom(lexer);
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadUInt32(out uint seconds))
        {
            output.Append(CultureInfo.InvariantCulture, $"{seconds}");
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        end - message.Position >= sizeof(uint) && Copy(ref message, sizeof(uint), ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, sizeof(uint), ref message);
}
