using System.Numerics;
using EdgeCache.Http.Storage.Slabs;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>
/// Decoded heads of the entries read last: one slot per entry, checked by entry and version, bounded in bytes. Thread-safe, no lock.
/// </summary>
internal sealed class HeadCache
{
    private const int BudgetShare = 128;
    private const long MaxBytes = 16 << 20;
    private const int SlotPerBytes = 256;
    private const int FixedCost = 64;
    private const int FieldCost = 24;
    private const int StringCost = 22;
    private readonly ByteBudget _budget;
    private readonly StringPool _pool = new();
    private readonly StoredHead?[] _slots;
    private long _bytes;
    private long _decoded;
    private int _hand;

    /// <summary>Makes an empty cache.</summary>
    public HeadCache(ByteBudget budget)
    {
        _budget = budget;
        Limit = Math.Min(budget.Limit / BudgetShare, MaxBytes);
        _slots = new StoredHead?[BitOperations.RoundUpToPowerOf2((uint)(Limit / SlotPerBytes))];
    }

    /// <summary>Bytes of decoded heads it may hold.</summary>
    public long Limit { get; }

    /// <summary>Bytes of decoded heads it holds.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes held from the start.</summary>
    public long FixedBytes => (_slots.LongLength * 8) + StringPool.Bytes;

    /// <summary>Heads decoded since the start.</summary>
    public long Decoded => Volatile.Read(ref _decoded);

    /// <summary>The decoded head of a pinned entry.</summary>
    public StoredHead Get(ulong entry, HeadView view)
    {
        ref var slot = ref _slots[(int)(entry & (ulong)(_slots.Length - 1))];
        if (Volatile.Read(ref slot) is { } found && found.Entry == entry)
        {
            return found;
        }

        var head = Decode(entry, view);
        if (head.Cost <= Limit / 4)
        {
            Put(ref slot, head);
            while (Bytes > Limit)
            {
                Put(ref _slots[Interlocked.Increment(ref _hand) & (_slots.Length - 1)], null);
            }
        }

        return head;
    }

    private void Put(ref StoredHead? slot, StoredHead? head)
    {
        var difference = (long)(head?.Cost ?? 0) - (Interlocked.Exchange(ref slot, head)?.Cost ?? 0);
        Interlocked.Add(ref _bytes, difference);
        _budget.Charge(difference);
    }

    private StoredHead Decode(ulong entry, HeadView view)
    {
        Interlocked.Increment(ref _decoded);
        var fields = new StoredField[CountOf(view.Lines)];
        var count = 0;
        var cost = FixedCost;
        foreach (var line in view.Lines)
        {
            var name = line.Token == HeaderNames.Literal ? _pool.Get(line.Name, utf8: false) : HeaderNames.Text(line.Token);
            var value = _pool.Get(line.Value, line.IsUtf8);
            cost += FieldCost + StringCost + (value.Length * 2);
            var same = IndexOf(fields.AsSpan(0, count), name);
            if (same < 0)
            {
                fields[count++] = new StoredField(name, value);
            }
            else
            {
                fields[same] = new StoredField(fields[same].Name, StringValues.Concat(fields[same].Values, value));
            }
        }

        Array.Resize(ref fields, count);
        return new StoredHead(entry, view.Fixed.Status, fields, cost);
    }

    private static int CountOf(HeadLines lines)
    {
        var count = 0;
        foreach (var line in lines)
        {
            count++;
        }

        return count;
    }

    private static int IndexOf(ReadOnlySpan<StoredField> fields, string name)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
