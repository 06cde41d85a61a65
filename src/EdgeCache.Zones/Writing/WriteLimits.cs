using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>What a write may hold (PROTOCOL.md, defaults). Pure: says what is wrong with the caller's request, or null.</summary>
internal static class WriteLimits
{
    /// <summary>Most tags on a record.</summary>
    public const int MaxTags = 1_000;

    /// <summary>Longest content type, characters.</summary>
    public const int MaxContentTypeLength = 255;

    /// <summary>Most bytes of values in a batch that makes a whole zone.</summary>
    public const long MaxWholeBytes = 64 << 20;

    /// <summary>Most bytes of values in any other batch: it is one entry of the log, which every follower reads at once.</summary>
    public const long MaxBatchBytes = 16 << 20;

    /// <summary><paramref name="longest"/>: what the store takes at once of a whole zone.</summary>
    public static WriteResult? Check(WriteBatch batch, WriteContext context, int longest)
    {
        var most = batch.IsPartOfWholeZone ? Math.Max(longest, BatchChange.MaxChanges) : BatchChange.MaxChanges;
        if (batch.Count == 0 || batch.Count > most)
        {
            return Invalid($"a batch has 1 to {most} changes, not {batch.Count}");
        }

        var (bytes, room) = (batch.Publishes.Sum(p => p.Value.Length + p.Tags.Sum(t => (long)t.Length)), batch.Count > BatchChange.MaxChanges ? MaxWholeBytes : MaxBatchBytes);
        if (bytes > room)
        {
            return WriteResult.Refused(WriteOutcome.TooLarge, $"a batch of {batch.Count} changes has at most {room} bytes of values and tags, not {bytes}");
        }

        if (batch.Purges.Sum(p => p.Selectors.Count) is > PurgeChange.MaxSelectors and var selectors)
        {
            return WriteResult.Refused(WriteOutcome.TooLarge, $"the purges of a batch have at most {PurgeChange.MaxSelectors} selectors together, not {selectors}");
        }

        if (context.ChangeId is { } id && !ChangeIds.IsValid(id))
        {
            return Invalid($"a change id has 1 to {ChangeIds.MaxLength} letters, digits, '-', '_', '.' or ':'");
        }

        var keys = batch.Publishes.Select(p => p.Key).Concat(batch.Deletes.Select(d => d.Key)).ToList();
        var written = new HashSet<RecordKey>(keys.Count);
        if (keys.Count > 1 && keys.FirstOrDefault(k => !written.Add(k)) is { Name: not null } twice)
        {
            return Invalid($"{twice} is written more than once in one batch");
        }

        if (keys.FirstOrDefault(k => !RecordKey.TryParse(k.Name, k.Type, out var parsed, out _) || parsed != k) is { Name: not null } bad)
        {
            return Invalid($"{bad} is not a record key in normal form");
        }

        return batch.Publishes.Select(Check).FirstOrDefault(r => r is not null) ?? batch.Purges.Select(Check).FirstOrDefault(r => r is not null);
    }

    private static WriteResult? Check(RecordPublish publish)
    {
        if (publish.Value.Length > Record.MaxValueLength)
        {
            return WriteResult.Refused(WriteOutcome.TooLarge, $"{publish.Key}: a value has at most {Record.MaxValueLength} bytes, not {publish.Value.Length}");
        }

        if (publish.Ttl is < 0 or > Record.MaxTtl)
        {
            return Invalid($"{publish.Key}: a time to live is 0 to {Record.MaxTtl} seconds, not {publish.Ttl}");
        }

        if (publish.Tags.Count > MaxTags)
        {
            return WriteResult.Refused(WriteOutcome.TooLarge, $"{publish.Key}: a record has at most {MaxTags} tags, not {publish.Tags.Count}");
        }

        if (publish.Tags.Any(t => !Selectors.TryMake(SelectorKind.Tag, t, null, out _, out _)))
        {
            return Invalid($"{publish.Key}: a tag has 1 to {Selectors.MaxTagLength} characters in one line");
        }

        return publish.ContentType is { } type && (type.Length is 0 or > MaxContentTypeLength || type.Any(c => c is < ' ' or > '~'))
            ? Invalid($"{publish.Key}: a content type has 1 to {MaxContentTypeLength} visible characters")
            : null;
    }

    private static WriteResult? Check(PurgeChange purge)
    {
        if (purge.Selectors.Count == 0)
        {
            return Invalid("a purge names at least one selector");
        }

        return purge.SettleMilliseconds is < 0 or > PurgeChange.MaxSettle
            ? Invalid($"a settle time is 0 to {PurgeChange.MaxSettle} ms, not {purge.SettleMilliseconds}")
            : null;
    }

    private static WriteResult Invalid(string error) => WriteResult.Refused(WriteOutcome.Invalid, error);
}
