using System.IO.Hashing;
using System.Text;

namespace EdgeCache.Zones.Writing;

/// <summary>A number that stands for what a writer wants done, so that a change id used for two different changes is noticed (PLANE.md 4). Pure.</summary>
internal static class WriteFingerprint
{
    public static ulong Of(WriteBatch batch)
    {
        var hash = new XxHash3();
        foreach (var publish in batch.Publishes)
        {
            Add(hash, $"P\n{publish.Key}\n{publish.ContentType}\n{publish.Ttl}\n{publish.Value.Length}\n");
            hash.Append(publish.Value.Span);
            Add(hash, string.Join('\n', publish.Tags));
            if (publish.Edit is { } edit)
            {
                Add(hash, $"E\n{edit.Increment}\n{string.Join('\n', edit.Add ?? [])}\n-{string.Join('\n', edit.Remove ?? [])}\n={string.Join('\n', edit.Set ?? new Dictionary<string, string>())}");
            }
        }

        foreach (var delete in batch.Deletes)
        {
            Add(hash, $"{(delete.Erases ? "R" : "D")}\n{delete.Key}\n");
        }

        foreach (var purge in batch.Purges)
        {
            // Each by itself: a thousand of them as one text would be an object that only a collection of everything frees.
            Add(hash, $"X\n{purge.Mode}\n{purge.SettleMilliseconds}");
            foreach (var selector in purge.Selectors)
            {
                Add(hash, $"\n{selector}");
            }
        }

        return hash.GetCurrentHashAsUInt64() is var value && value == 0 ? 1 : value;
    }

    private static void Add(XxHash3 hash, string text) => hash.Append(Encoding.UTF8.GetBytes(text));
}
