using System.Buffers;
using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>The floors of one purge mode: a table by selector key, the zone floor, and which prefix lengths are in use. One writer; readers never lock.</summary>
internal sealed class FloorSet
{
    private const int MostOnStack = 512;

    // What a raise may have to wait for: some 0.2 ms.
    private const int PagesAtOnce = 64;

    private readonly FloorTable _table = new();
    private volatile int[] _pathPrefixLengths = [];
    private volatile int[] _hostPrefixLengths = [];
    private long _zone;

    /// <summary>Selectors with a floor, the zone floor not counted.</summary>
    public int Count => _table.Count;

    /// <summary>Bytes held.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>The floor that covers everything.</summary>
    public long Zone => Volatile.Read(ref _zone);

    /// <summary>Raises the floor of a selector with its key. Writer only.</summary>
    public void Raise(Selector selector, ulong key, long floor)
    {
        if (selector.Kind == SelectorKind.All)
        {
            Volatile.Write(ref _zone, floor);
            return;
        }

        if (selector.Kind == SelectorKind.Prefix)
        {
            var length = System.Text.Encoding.UTF8.GetByteCount(selector.Value);
            if (selector.Value.StartsWith('/'))
            {
                _pathPrefixLengths = With(_pathPrefixLengths, length);
            }
            else
            {
                _hostPrefixLengths = With(_hostPrefixLengths, length);
            }
        }

        _table.Raise(key, floor);
    }

    /// <summary>True when some floor that covers the subject lies above <paramref name="fill"/>. Thread-safe, no allocation.</summary>
    public bool Covers(in FloorSubject subject, SelectorHash hash, long fill)
    {
        if (Volatile.Read(ref _zone) > fill)
        {
            return true;
        }

        if (_table.Count > 0)
        {
            foreach (var key in subject.Keys)
            {
                if (_table.Find(key) > fill)
                {
                    return true;
                }
            }

            if (AnyPrefix(_pathPrefixLengths, subject.Path, hash, fill) || AnyHostPrefix(_hostPrefixLengths, subject, hash, fill))
            {
                return true;
            }
        }

        // Last: Fold raises it before it drops floors, so whoever missed a dropped floor sees it here.
        return Volatile.Read(ref _zone) > fill;
    }

    /// <summary>
    /// Forgets floors at or below <paramref name="through"/> in some pages from <paramref name="at"/> on; true when all are gone. Writer only. Prefix lengths stay: they cost a look-up, never a
    /// wrong answer.
    /// </summary>
    public bool Forget(long through, ref int at)
    {
        var isDone = _table.Forget(through, ref at, PagesAtOnce);
        if (_table.Count == 0)
        {
            _pathPrefixLengths = [];
            _hostPrefixLengths = [];
        }

        return isDone;
    }

    /// <summary>One floor over everything takes the place of all others, which are at or below it. Writer only.</summary>
    public void Fold(long floor)
    {
        Volatile.Write(ref _zone, floor);
        _table.Clear();
        _pathPrefixLengths = [];
        _hostPrefixLengths = [];
    }

    // Who purges host/path means every port.
    private bool AnyHostPrefix(int[] lengths, in FloorSubject subject, SelectorHash hash, long fill)
    {
        if (lengths.Length == 0 || !subject.HasPort)
        {
            return AnyPrefix(lengths, subject.HostAndPath, hash, fill);
        }

        var length = subject.HostLength + subject.Path.Length;
        var rented = length > MostOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = (rented ?? stackalloc byte[MostOnStack])[..length];
        subject.HostAndPath[..subject.HostLength].CopyTo(text);
        subject.Path.CopyTo(text[subject.HostLength..]);
        var any = AnyPrefix(lengths, text, hash, fill);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return any;
    }

    private bool AnyPrefix(int[] lengths, ReadOnlySpan<byte> text, SelectorHash hash, long fill)
    {
        foreach (var length in lengths)
        {
            if (length > text.Length)
            {
                break;
            }

            if (_table.Find(hash.Of(SelectorKind.Prefix, text[..length])) > fill)
            {
                return true;
            }
        }

        return false;
    }

    private static int[] With(int[] lengths, int length) =>
        Array.BinarySearch(lengths, length) >= 0 ? lengths : [.. lengths.Append(length).Order()];
}
