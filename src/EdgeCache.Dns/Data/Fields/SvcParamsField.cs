using System.Buffers.Binary;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>
/// The service parameters of SVCB and HTTPS, RFC 9460 §2.1 and §2.2: stored by ascending key, each once. From a message only this form is asked for;
/// what a zone publishes must also make sense (§7, §8).
/// </summary>
internal sealed class SvcParamsField : RdataField
{
    private const int MaxParams = 64;

    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        var found = new SortedDictionary<ushort, byte[]>();
        while (lexer.TryNext(out PresentationToken token))
        {
            PresentationFault fault = ParseOne(token, found);
            if (!fault.IsNone)
            {
                return fault;
            }
        }

        if (!lexer.Fault.IsNone)
        {
            return lexer.Fault;
        }

        string? senseless = SvcParamRules.Check(found);
        if (senseless is not null)
        {
            return new PresentationFault(lexer.Position, senseless);
        }

        foreach ((ushort key, byte[] value) in found)
        {
            if (!output.TryWriteUInt16(key) || !output.TryWriteUInt16((ushort)value.Length) || !output.TryWriteBytes(value))
            {
                return NoRoom(lexer);
            }
        }

        return default;
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        string space = "";
        while (stored.TryReadUInt16(out ushort key)
            && stored.TryReadUInt16(out ushort length)
            && stored.TryReadBytes(length, out ReadOnlySpan<byte> value))
        {
            output.Append(space);
            SvcParamText.Format(key, value, output);
            space = " ";
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored)
    {
        int start = message.Position;
        int at = start;
        int previous = -1;
        for (int count = 0; at < end; count++)
        {
            if (end - at < 4 || count == MaxParams)
            {
                return false;
            }

            int key = BinaryPrimitives.ReadUInt16BigEndian(message.Message[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message.Message[(at + 2)..]);
            if (key <= previous || end - at - 4 < length)
            {
                return false;
            }

            previous = key;
            at += 4 + length;
        }

        return at == end && Copy(ref message, end - start, ref stored);
    }

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, stored.Remaining, ref message);

    private static PresentationFault ParseOne(PresentationToken token, SortedDictionary<ushort, byte[]> found)
    {
        int equals = token.Text.IndexOf((byte)'=');
        ReadOnlySpan<byte> word = equals < 0 ? token.Text : token.Text[..equals];
        ReadOnlySpan<byte> raw = equals < 0 ? default : token.Text[(equals + 1)..];
        if (token.IsQuoted || !SvcParamKeyText.TryParse(word, out ushort key, out bool generic))
        {
            return Wrong(token, "a service parameter");
        }

        if (raw is [(byte)'"', .., (byte)'"'])
        {
            raw = raw[1..^1];
        }

        byte[] text = new byte[raw.Length];
        if (!PresentationText.TryUnescape(raw, text, out int length, out _)
            || !SvcParamText.TryParse(key, generic, text.AsSpan(0, length), out byte[] value)
            || value.Length > ushort.MaxValue)
        {
            return Wrong(token, $"a value of the parameter {SvcParamKeyText.Format(key)}");
        }

        if (found.Count == MaxParams || !found.TryAdd(key, value))
        {
            return Wrong(token, "allowed: a parameter may stand once, and at most 64 of them");
        }

        return default;
    }
}
