using System.Globalization;
using EdgeCache.Zones.Log;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>A zone's meta hash as read: where the log stands, the last entry of each other region, the regions that entries are taken from, the server process it was last given an epoch under (empty: by a program that did not note it), when that epoch took another's place (Unix microseconds of the server; 0: it took none's), and the directory it was made under (empty: by a program that did not note it).</summary>
internal sealed record RedisMeta(LogHead Head, IReadOnlyList<OriginStamp> Vector, IReadOnlyList<PeerRegion> Peers, string RunId, long Opened, string Store)
{
    private const string VectorPrefix = "v:";
    private const string PeerPrefix = "p:";

    /// <summary>Field of what is known of a region that entries are taken from.</summary>
    public static string PeerField(string region) => PeerPrefix + region;

    /// <summary>Field of the vector for a region.</summary>
    public static string VectorField(string region) => VectorPrefix + region;

    /// <summary>Value of the vector for a stamp.</summary>
    public static string VectorValue(OriginStamp stamp) => $"{stamp.Epoch}:{stamp.Serial}";

    /// <summary>A nonce as it is stored.</summary>
    public static string Nonce(ulong nonce) => nonce.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads the flat reply of HGETALL; null when the zone has no log.</summary>
    public static RedisMeta? Read(RedisResult fields)
    {
        var flat = (RedisValue[]?)fields ?? [];
        if (flat.Length == 0)
        {
            return null;
        }

        var vector = new List<OriginStamp>();
        var peers = new List<PeerRegion>();
        Epoch epoch = default;
        long serial = 0;
        ulong nonce = 0;
        uint soa = 0;
        var (run, store) = ("", "");
        long opened = 0;
        for (var i = 0; i + 1 < flat.Length; i += 2)
        {
            var (name, value) = ((string)flat[i]!, (string)flat[i + 1]!); // HGETALL has no nulls
            switch (name)
            {
                case "epoch": _ = Epoch.TryParse(value, out epoch); break;
                case "serial": serial = long.Parse(value, CultureInfo.InvariantCulture); break;
                case "nonce": nonce = ulong.Parse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture); break;
                case "run": run = value; break;
                case "store": store = value; break;
                case "opened": opened = long.Parse(value, CultureInfo.InvariantCulture); break;
                case "soa": soa = uint.Parse(value, CultureInfo.InvariantCulture); break;
                default:
                    if (name.StartsWith(VectorPrefix, StringComparison.Ordinal) && value.Split(':') is [var e, var s] && Epoch.TryParse(e, out var there))
                    {
                        vector.Add(new OriginStamp(name[VectorPrefix.Length..], there, long.Parse(s, CultureInfo.InvariantCulture)));
                    }

                    if (name.StartsWith(PeerPrefix, StringComparison.Ordinal) && PeerRegion.Read(name[PeerPrefix.Length..], value) is { } peer)
                    {
                        peers.Add(peer);
                    }

                    break;
            }
        }

        return new RedisMeta(new LogHead(epoch, serial, nonce, soa), vector, peers, run, opened, store);
    }
}
