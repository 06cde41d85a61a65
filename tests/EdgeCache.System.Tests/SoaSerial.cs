using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EdgeCache.System.Tests;

/// <summary>Asks a name server on loopback for a zone's serial, in octets of its own.</summary>
internal static class SoaSerial
{
    public static async Task<uint> AskAsync(int port, string zone)
    {
        byte[] query = [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. zone.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. global::System.Text.Encoding.ASCII.GetBytes(l)]), 0, 0, 6, 0, 1];
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, port);
        await client.SendAsync(query);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = (await client.ReceiveAsync(patience.Token)).Buffer;

        // The five numbers of an SOA end its record, and one SOA alone is in the answer: it ends the message.
        return BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(answer.Length - 20));
    }
}
