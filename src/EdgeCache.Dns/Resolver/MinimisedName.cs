namespace EdgeCache.Dns.Resolver;

/// <summary>How many labels more a zone's servers are shown, RFC 9156 §2.3. Pure.</summary>
internal static class MinimisedName
{
    /// <param name="shown">Parts of the name shown so far.</param>
    /// <param name="hidden">Labels not shown yet.</param>
    public static int Step(int shown, int hidden)
    {
        if (shown < ResolverLimits.MinimiseOneByOne)
        {
            return 1;
        }

        int left = Math.Max(1, ResolverLimits.MaxMinimised - shown);
        return Math.Max(1, (hidden + left - 1) / left);
    }
}
