using EdgeCache.Dns.Data;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Admin;

/// <summary>What decides, beside a change itself, how long old answers live. Immutable.</summary>
/// <param name="Records">What stands beside the records changed, as <see cref="OldAnswers.Deciding"/> asks for it.</param>
/// <param name="EarlierUntil">Unix milliseconds until which answers from still earlier versions may live; 0: none does.</param>
internal sealed record ChangeSurroundings(IReadOnlyDictionary<RecordKey, Record> Records, long EarlierUntil)
{
    /// <summary>What there is of it for one of the records changed.</summary>
    public IReadOnlyList<Record> Beside(RecordChange change) => [.. OldAnswers.Deciding(change.After.Key).Where(Records.ContainsKey).Select(k => Records[k])];
}
