using System.Net.Sockets;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>For what comes about by itself: on a starved machine a node may doubt its clock for a moment, and then asks upstream instead of answering from its cache.</summary>
internal static class Eventually
{
    /// <summary>Tries for a minute; a refused connection is tried again.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        for (var left = 1_200; ; left--)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception fault) when (left > 0 && fault is HttpRequestException or SocketException)
            {
            }

            Assert.True(left > 0, "it did not come about in a minute");
            await Task.Delay(50);
        }
    }
}
