using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What the writer knows of a zone without asking the database. Only the writer touches it; after a failed group all are read anew.</summary>
internal sealed class SqliteZone
{
    public required ZoneName Name { get; init; }

    public required long Id { get; init; }

    public required ZonePolicy Policy { get; set; }

    public required LogHead Head { get; set; }

    public required long First { get; set; }

    /// <summary>True when <see cref="Head"/> is ahead of the table.</summary>
    public bool IsMoved { get; set; }

    /// <summary>Commits since old change ids, entries and tombstones were last looked for.</summary>
    public long SweptAt { get; set; }
}
