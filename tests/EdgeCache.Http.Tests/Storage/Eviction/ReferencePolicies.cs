namespace EdgeCache.Http.Tests.Storage.Eviction;

/// <summary>Hits that other policies reach on a trace with room for so many objects of equal size.</summary>
internal static class ReferencePolicies
{
    /// <summary>Least recently used.</summary>
    public static int Lru(int[] trace, int room)
    {
        var order = new LinkedList<int>();
        var places = new Dictionary<int, LinkedListNode<int>>();
        var hits = 0;
        foreach (var item in trace)
        {
            if (places.TryGetValue(item, out var place))
            {
                hits++;
                order.Remove(place);
                order.AddFirst(place);
                continue;
            }

            if (places.Count == room)
            {
                places.Remove(order.Last!.Value); // There is room for at least one.
                order.RemoveLast();
            }

            places[item] = order.AddFirst(item);
        }

        return hits;
    }

    /// <summary>The optimum (Belady): knows the future, and stores nothing that is wanted later than all it has.</summary>
    public static int Optimum(int[] trace, int room)
    {
        var next = new int[trace.Length];
        var last = new Dictionary<int, int>();
        for (var i = trace.Length - 1; i >= 0; i--)
        {
            next[i] = last.GetValueOrDefault(trace[i], int.MaxValue);
            last[trace[i]] = i;
        }

        var held = new Dictionary<int, int>();
        var byNext = new SortedSet<(int Next, int Item)>();
        var hits = 0;
        for (var i = 0; i < trace.Length; i++)
        {
            if (held.Remove(trace[i], out var at))
            {
                hits++;
                byNext.Remove((at, trace[i]));
            }

            held[trace[i]] = next[i];
            byNext.Add((next[i], trace[i]));
            if (held.Count > room)
            {
                held.Remove(byNext.Max.Item);
                byNext.Remove(byNext.Max);
            }
        }

        return hits;
    }
}
