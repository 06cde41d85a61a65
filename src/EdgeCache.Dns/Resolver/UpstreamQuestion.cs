using System.Net;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>How one question goes to one server.</summary>
internal readonly record struct QuestionForm
{
    public required Asked Asked { get; init; }

    public required bool RecursionDesired { get; init; }

    public required bool WithEdns { get; init; }

    public required bool MixCase { get; init; }

    public required bool WantsVersion { get; init; }

    /// <summary>Client cookie, and behind it the server's if one is known.</summary>
    public required byte[] Cookie { get; init; }
}

/// <summary>Writes questions to servers: unpredictable id, mixed case (RFC 5452 §9), EDNS with a cookie.</summary>
internal static class UpstreamQuestion
{
    private const int Room = WireLimits.HeaderLength + WireLimits.MaxName + 4 + 128;

    public static byte[] Write(QuestionForm form, Random random)
    {
        Span<byte> name = stackalloc byte[WireLimits.MaxName];
        int length = form.Asked.Name.Wire.Length;
        form.Asked.Name.Wire.CopyTo(name);
        if (form.MixCase)
        {
            Mix(name[..length], random);
        }

        Span<byte> room = stackalloc byte[Room];
        room[..WireLimits.HeaderLength].Clear();
        var writer = new WireWriter(room, default, WireLimits.HeaderLength);
        Question.TryWrite(ref writer, name[..length], form.Asked.Type);
        if (form.WithEdns && EdnsWriter.TryBegin(ref writer, out EdnsWriter edns))
        {
            if (form.Cookie.Length > 0)
            {
                EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.Cookie, form.Cookie);
            }

            if (form.WantsVersion)
            {
                EdnsWriter.TryWriteOption(ref writer, EdnsOptionCode.ZoneVersion, default);
            }

            edns.End(ref writer);
        }

        byte[] query = writer.Written.ToArray();
        new Header
        {
            Id = (ushort)random.Next(0, ushort.MaxValue + 1),
            Flags = Header.FlagsOf(Opcode.Query, Rcode.NoError, form.RecursionDesired ? Header.RecursionDesiredFlag : (ushort)0),
            QuestionCount = 1,
            AdditionalCount = (ushort)(form.WithEdns ? 1 : 0),
        }.TryWrite(query);
        return query;
    }

    /// <summary>The client cookie for a server: the same for each, different between servers (RFC 7873 §4.1), made of a secret.</summary>
    public static byte[] ClientCookie(ReadOnlySpan<byte> secret, IPEndPoint server)
    {
        byte[] cookie = new byte[WireLimits.ClientCookieLength];
        BitConverter.TryWriteBytes(cookie, SipHash24.Compute(secret, server.Address.GetAddressBytes()));
        return cookie;
    }

    private static void Mix(Span<byte> name, Random random)
    {
        Span<byte> bits = stackalloc byte[name.Length];
        random.NextBytes(bits);
        for (int i = 0; i < name.Length; i++)
        {
            byte lower = NameBytes.Lower(name[i]);
            if (lower is >= (byte)'a' and <= (byte)'z')
            {
                name[i] = (bits[i] & 1) == 0 ? lower : (byte)(lower & ~0x20);
            }
        }
    }
}
