using System.Net.Sockets;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>For what comes about by itself: on a starved machine a node may doubt its clock for a moment, and then asks upstream instead of answering from its cache.</summary>
internal static class Eventually
{
    /// <summary>Tries for a minute; a refused connection is tried again.</summary>
    public static Task HoldsAsync(Func<Task<bool>> condition) => HoldsAsync(condition, () => "it");

    /// <param name="condition">What is to come about.</param>
    /// <param name="what">Says what did not.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what)
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

            Assert.True(left > 0, $"{(left > 0 ? "" : what())} did not come about in a minute");
            await Task.Delay(50);
        }
    }
}
