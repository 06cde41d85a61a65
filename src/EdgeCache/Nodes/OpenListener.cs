using System.Net;

namespace EdgeCache.Nodes;

/// <summary>Says at start that a DNS listener can be reached by strangers: over UDP they may send queries in other people's names, and nothing limits that yet.</summary>
internal static class OpenListener
{
    /// <summary>One line on standard error for an address that is not loopback.</summary>
    public static void Warn(string node, IPEndPoint listen)
    {
        if (!IPAddress.IsLoopback(listen.Address))
        {
            Console.Error.WriteLine(
                $"{node}: warning: {listen} (DNS) can be reached from other machines and responses are not rate limited: keep it behind a filter that is");
        }
    }
}
