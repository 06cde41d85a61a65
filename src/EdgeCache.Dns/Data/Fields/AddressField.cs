using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>An IPv4 address of four decimal parts, or an IPv6 address (RFC 4291 §2.2; written as RFC 5952 says).</summary>
internal sealed class AddressField : RdataField
{
    private const int MaxText = 64;
    private readonly int _octets;

    public AddressField(AddressFamily family) => _octets = family == AddressFamily.InterNetwork ? 4 : 16;

    private string What => _octets == 4 ? "an IPv4 address such as 192.0.2.1" : "an IPv6 address such as 2001:db8::1";

    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, What);
        }

        Span<byte> octets = stackalloc byte[16];
        if (token.IsQuoted || !TryParse(token.Text, octets[.._octets]))
        {
            return Wrong(token, What);
        }

        return output.TryWriteBytes(octets[.._octets]) ? default : NoRoom(lexer);
    }

    /// <summary>Reads an address of the family that the length of the destination says.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> octets)
    {
        if (octets.Length == 4)
        {
            return TryParseDotted(text, octets);
        }

        // IPAddress also takes scope ids and brackets, which have no place here.
        return text.Length <= MaxText && text.IndexOfAny("%[]/"u8) < 0 && text.Contains((byte)':')
            && IPAddress.TryParse(Encoding.ASCII.GetString(text), out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6 && address.TryWriteBytes(octets, out _);
    }

    public static void Format(ReadOnlySpan<byte> octets, StringBuilder output) => output.Append(new IPAddress(octets).ToString());

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadBytes(_octets, out ReadOnlySpan<byte> octets))
        {
            Format(octets, output);
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        end - message.Position >= _octets && Copy(ref message, _octets, ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, _octets, ref message);

    /// <summary>Exactly four decimal parts; IPAddress would take <c>1.2</c> and <c>0x7f.1</c> as well.</summary>
    private static bool TryParseDotted(ReadOnlySpan<byte> text, Span<byte> octets)
    {
        int part = 0;
        int digits = 0;
        int value = 0;
        foreach (byte octet in text)
        {
            if (octet == (byte)'.')
            {
                if (digits == 0 || part == 3)
                {
                    return false;
                }

                octets[part++] = (byte)value;
                digits = 0;
                value = 0;
                continue;
            }

            value = (value * 10) + octet - '0';
            if (octet is < (byte)'0' or > (byte)'9' || ++digits > 3 || value > byte.MaxValue)
            {
                return false;
            }
        }

        octets[part] = (byte)value;
        return part == 3 && digits > 0;
    }
}
