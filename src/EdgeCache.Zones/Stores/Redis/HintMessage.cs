using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>A hint on the wire: an octet, then the entry itself when it is small, else its position as text.</summary>
internal static class HintMessage
{
    /// <summary>An entry up to this many bytes travels with its hint (PLANE.md 6).</summary>
    public const int MaxInline = 1024;

    private const byte Inlined = 1;
    private const byte Named = 0;

    /// <summary>The message for a committed entry.</summary>
    public static byte[] Of(LogEntry entry, ReadOnlyMemory<byte> encoded) =>
        encoded.Length <= MaxInline ? [Inlined, .. encoded.Span] : Of(entry.Position);

    /// <summary>The message for a position: something changed there, read the log.</summary>
    public static byte[] Of(Position position) => [Named, .. System.Text.Encoding.ASCII.GetBytes(position.ToString())];

    /// <summary>Reads a message; null for anything else: a hint may be lost, so it may be ignored.</summary>
    public static Hint? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
        {
            return null;
        }

        if (message[0] == Inlined)
        {
            return LogEntryCodec.TryDecode(message[1..], out var entry, out _) ? new Hint(entry.Zone, entry.Epoch, entry.Serial, entry) : null;
        }

        return Position.TryParse(System.Text.Encoding.ASCII.GetString(message[1..]), out var position)
            ? new Hint(position.Zone, position.Epoch, position.Serial, null)
            : null;
    }
}
