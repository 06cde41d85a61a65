namespace EdgeCache.Http.Tests.Storage.Eviction;

/// <summary>Sequences of object numbers that caches are compared with. The same seed gives the same trace.</summary>
internal static class RequestTraces
{
    /// <summary>Popularity by rank: the object of rank r is asked for in proportion to 1/r^skew.</summary>
    public static int[] Zipf(int objects, int requests, double skew, int seed)
    {
        var random = new Random(seed);
        var sums = new double[objects];
        var sum = 0.0;
        for (var i = 0; i < objects; i++)
        {
            sums[i] = sum += 1 / Math.Pow(i + 1, skew);
        }

        var names = Enumerable.Range(0, objects).ToArray();
        random.Shuffle(names);
        var trace = new int[requests];
        for (var i = 0; i < requests; i++)
        {
            var rank = Array.BinarySearch(sums, random.NextDouble() * sum);
            trace[i] = names[Math.Min(objects - 1, rank < 0 ? ~rank : rank)];
        }

        return trace;
    }

    /// <summary>Zipf, and now and then somebody walks through objects that nobody wants again.</summary>
    public static int[] ZipfWithScans(int objects, int requests, double skew, int scan, int seed)
    {
        var zipf = Zipf(objects, requests, skew, seed);
        var once = objects;
        for (var start = requests / 10; start + scan < requests; start += requests / 5)
        {
            for (var i = start; i < start + scan; i++)
            {
                zipf[i] = once++;
            }
        }

        return zipf;
    }
}
