using System.Collections.Concurrent;

namespace EdgeCache.System.Tests.Redis;

/// <summary>
/// Writes in one region until told to stop, each change until it is acknowledged, with the same change id: so each was made once, and what was acknowledged is known exactly. Every value is written once only.
/// </summary>
internal sealed class RegionWriter(RegionMesh mesh, int region)
{
    /// <summary>Writes of one writer to a record with siblings: three writers stay below the 64 concurrent values that one may have.</summary>
    private const int ValuesOfARecord = 15;

    /// <summary>Writes of one writer to a last-write-wins record: all of them fit into its history.</summary>
    private const int PricesOfARecord = 50;

    private readonly ConcurrentQueue<(string Record, string Value)> _prices = new();
    private readonly ConcurrentQueue<(string Record, string Value)> _notes = new();
    private int _hits;

    /// <summary>Acknowledged increments of the counter <c>hits</c> in <c>crdt.test</c>.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Acknowledged values of records in <c>siblings.test</c>, none of which replaces another.</summary>
    public IReadOnlyCollection<(string Record, string Value)> Notes => _notes;

    /// <summary>Acknowledged values of records in <c>lww.test</c>.</summary>
    public IReadOnlyCollection<(string Record, string Value)> Prices => _prices;

    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var n = 0; !cancellation.IsCancellationRequested; n++)
        {
            var value = $"{RegionMesh.Names[region]}-{n}";
            await UntilTakenAsync(HttpMethod.Patch, "/zones/crdt.test/records/hits/DOC", """{"increment":1}""", $"hit-{value}");
            Interlocked.Increment(ref _hits);
            var note = $"note{n / ValuesOfARecord}";
            await UntilTakenAsync(HttpMethod.Put, $"/zones/siblings.test/records/{note}/DOC", value, $"note-{value}");
            _notes.Enqueue((note, value));
            var price = $"price{n / PricesOfARecord}";
            await UntilTakenAsync(HttpMethod.Put, $"/zones/lww.test/records/{price}/DOC", value, $"price-{value}");
            _prices.Enqueue((price, value));
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private Task UntilTakenAsync(HttpMethod method, string path, string body, string changeId) => Eventually.HoldsAsync(async () =>
    {
        try
        {
            return await mesh.SendAsync(method, region, path, body, changeId);
        }
        catch (Exception fault) when (fault is TaskCanceledException or IOException)
        {
            return false;
        }
    });
}
