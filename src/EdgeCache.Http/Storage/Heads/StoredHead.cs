using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>One header field: all lines of a name in their order, the name as its first line had it.</summary>
internal readonly record struct StoredField(string Name, StringValues Values);

/// <summary>
/// The decoded head of one entry in one version: a validated entry is another entry, so what is made from this is never out of date. Immutable.
/// </summary>
internal sealed class StoredHead
{
    /// <summary>Makes a head; <paramref name="entry"/> is the lease's number.</summary>
    public StoredHead(ulong entry, int status, StoredField[] fields, int cost)
    {
        Entry = entry;
        Status = status;
        Fields = fields;
        Cost = cost;
    }

    /// <summary>Number of the entry and version it belongs to.</summary>
    public ulong Entry { get; }

    /// <summary>Status code.</summary>
    public int Status { get; }

    /// <summary>Fields in the order of their first lines.</summary>
    public StoredField[] Fields { get; }

    /// <summary>About how many bytes it takes on the object heap.</summary>
    public int Cost { get; }

    /// <summary>The value of a field, or empty.</summary>
    public StringValues this[string name]
    {
        get
        {
            foreach (var field in Fields)
            {
                if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return field.Values;
                }
            }

            return default;
        }
    }
}
