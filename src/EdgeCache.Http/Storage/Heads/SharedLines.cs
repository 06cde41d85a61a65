using System.Collections.Concurrent;
using System.Text;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>
/// Header lines that many heads have ("Server: nginx", "Cache-Control: max-age=3600"), kept once: a head refers to one by two bytes. A line is taken in when it has been met a few times,
/// and stays, since nobody counts who refers to it; when all places are taken, further lines are spelt out. Thread-safe.
/// </summary>
internal sealed class SharedLines
{
    /// <summary>Longest value, in characters, that is shared.</summary>
    public const int LongestValue = 256;

    /// <summary>A line is shared from this sighting on.</summary>
    public const int Sightings = 4;

    private const int LeastLines = 64;
    private const int MostLines = 4096;
    private const int BudgetPerLine = 16 << 10;
    private const int FixedCost = 200;
    private readonly ByteBudget _budget;
    private readonly ConcurrentDictionary<HeaderLine, ushort> _places = [];
    private readonly SharedLine?[] _lines;
    private readonly Lock _adding = new();

    // By hash: 24 bits of the line met last, 8 bits how often. Races cost a sighting.
    private readonly uint[] _seen;
    private int _count;

    /// <summary>Makes an empty table that charges what it takes in to <paramref name="budget"/>.</summary>
    public SharedLines(ByteBudget budget)
    {
        _budget = budget;
        _lines = new SharedLine?[Math.Clamp(budget.Limit / BudgetPerLine, LeastLines, MostLines)];
        _seen = new uint[_lines.Length];
    }

    /// <summary>Bytes held from the start.</summary>
    public long FixedBytes => _lines.LongLength * (sizeof(uint) + 8);

    /// <summary>Lines taken in.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The line at a place that <see cref="TryFind"/> told.</summary>
    public SharedLine this[int place] => _lines[place]!; // A place is told after its line is there, and lines stay.

    /// <summary>The place of a line; false when it is to be spelt out.</summary>
    public bool TryFind(in HeaderLine line, out ushort place)
    {
        if (_places.TryGetValue(line, out place))
        {
            return true;
        }

        return Count < _lines.Length && IsMetAgain(line) && TryAdd(line, out place);
    }

    private bool IsMetAgain(in HeaderLine line)
    {
        if (line.Value.Length > LongestValue || IsOfOneObject(line.Name))
        {
            return false;
        }

        var hash = unchecked((uint)line.GetHashCode());
        ref var slot = ref _seen[hash % (uint)_seen.Length];
        var times = slot >> 8 == hash >> 8 ? (slot & 0xFF) + 1 : 1;
        slot = (hash & 0xFFFF_FF00) | Math.Min(times, 0xFF);
        return times >= Sightings;
    }

    // Met again with each validation of the same object, and with no other.
    private static bool IsOfOneObject(string name) => name.Length switch
    {
        3 => name.Equals("Age", StringComparison.OrdinalIgnoreCase),
        4 => name.Equals("ETag", StringComparison.OrdinalIgnoreCase) || name.Equals("Date", StringComparison.OrdinalIgnoreCase),
        7 => name.Equals("Expires", StringComparison.OrdinalIgnoreCase),
        8 => name.Equals("Location", StringComparison.OrdinalIgnoreCase),
        10 => name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase),
        13 => name.Equals("Last-Modified", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("Content-Location", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private bool TryAdd(in HeaderLine line, out ushort place)
    {
        lock (_adding)
        {
            if (_places.TryGetValue(line, out place))
            {
                return true;
            }

            if (_count == _lines.Length)
            {
                return false;
            }

            place = (ushort)_count;
            Volatile.Write(ref _lines[place], SharedLine.Of(line));
            _places[line] = place;
            Volatile.Write(ref _count, _count + 1);
            _budget.Charge(FixedCost + ((line.Name.Length + line.Value.Length) * 3L));
            return true;
        }
    }
}

/// <summary>A line that heads refer to. Immutable.</summary>
internal sealed record SharedLine(byte Token, byte[] Name, byte[] Value, bool IsUtf8)
{
    /// <summary>The bytes of a line.</summary>
    public static SharedLine Of(in HeaderLine line)
    {
        var token = HeaderNames.TokenOf(line.Name);
        var isUtf8 = !LineWriter.IsLatin1(line.Value);
        return new(
            token,
            token == HeaderNames.Literal ? Encoding.UTF8.GetBytes(line.Name) : HeaderNames.Bytes(token).ToArray(),
            (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(line.Value),
            isUtf8);
    }
}
