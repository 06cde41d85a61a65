using System.Collections.Immutable;
using EdgeCache.Dns.Data.Types;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>The latest deltas of a zone without a gap, oldest first, bounded in number and octets. Immutable.</summary>
internal sealed class ZoneJournal
{
    private readonly ImmutableList<ZoneDelta> _deltas;
    private readonly long _octets;

    private ZoneJournal(ImmutableList<ZoneDelta> deltas, long octets)
    {
        _deltas = deltas;
        _octets = octets;
    }

    public static ZoneJournal Empty { get; } = new([], 0);

    public int Count => _deltas.Count;

    public ZoneJournal With(ZoneDelta delta)
    {
        ImmutableList<ZoneDelta> deltas = _deltas.Add(delta);
        long octets = _octets + OctetsOf(delta);
        while (deltas.Count > 0 && (deltas.Count > DataLimits.MaxJournalVersions || octets > DataLimits.MaxJournalOctets))
        {
            octets -= OctetsOf(deltas[0]);
            deltas = deltas.RemoveAt(0);
        }

        return new ZoneJournal(deltas, octets);
    }

    /// <summary>The deltas that lead on from a serial; false when it is not among the versions kept.</summary>
    public bool TryGetSince(uint serial, out IReadOnlyList<ZoneDelta> deltas)
    {
        for (int i = _deltas.Count - 1; i >= 0; i--)
        {
            if (SoaData.SerialOf(_deltas[i].SoaBefore.First) == serial)
            {
                deltas = _deltas.GetRange(i, _deltas.Count - i);
                return true;
            }
        }

        deltas = [];
        return false;
    }

    private static long OctetsOf(ZoneDelta delta) =>
        delta.Changes.Sum(static c => (long)c.Octets) + delta.SoaBefore.Tails.Length + delta.SoaAfter.Tails.Length;
}
