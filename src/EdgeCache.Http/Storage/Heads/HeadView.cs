using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>The parts of a head block. Valid while the entry is pinned.</summary>
internal readonly unsafe struct HeadView
{
    private readonly HeadLayout* _head;
    private readonly SharedLines _shared;

    /// <summary>Looks at the data of a head block whose lines refer to <paramref name="shared"/>.</summary>
    public HeadView(byte* data, SharedLines shared)
    {
        _head = (HeadLayout*)data;
        _shared = shared;
    }

    /// <summary>The fixed part.</summary>
    public ref readonly HeadLayout Fixed => ref *_head;

    /// <summary>Selector keys.</summary>
    public ReadOnlySpan<ulong> Selectors => new((byte*)_head + SelectorsStart, _head->Selectors);

    /// <summary>Facts.</summary>
    public ReadOnlySpan<byte> Facts => new((byte*)_head + FactsStart(_head->Selectors), _head->Facts);

    /// <summary>The whole key.</summary>
    public ReadOnlySpan<byte> Key => new(KeyStart, _head->Key);

    /// <summary>Selected request fields.</summary>
    public ReadOnlySpan<byte> VariantKey => new(KeyStart + _head->Key, _head->VariantKey);

    /// <summary>Host and path.</summary>
    public ReadOnlySpan<byte> HostAndPath => new((byte*)_head + _head->HostAndPathStart, _head->HostAndPath);

    /// <summary>Header lines.</summary>
    public HeadLines Lines => new(LineBytes, _shared);

    /// <summary>Header lines in store form.</summary>
    public ReadOnlySpan<byte> LineBytes
    {
        get
        {
            var afterKeys = KeyStart + _head->Key + _head->VariantKey;
            var own = (byte*)_head + _head->HostAndPathStart == afterKeys ? _head->HostAndPath : 0;
            return new(afterKeys + own, _head->LineBytes);
        }
    }

    private byte* KeyStart => (byte*)_head + FactsStart(_head->Selectors) + _head->Facts;

    /// <summary>Facts as their struct.</summary>
    public ref readonly T FactsAs<T>()
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(Facts);

    /// <summary>Bytes of a head block's data; more than <see cref="StoreLimits.MaxHeadBytes"/> cannot be stored.</summary>
    public static long SizeOf(in EntryDraft draft, long lineBytes, out int hostAndPathInKey)
    {
        hostAndPathInKey = draft.HostAndPath.IsEmpty ? 0 : draft.Key.IndexOf(draft.HostAndPath);
        return FactsStart(draft.Selectors.Length) + draft.Facts.Length + draft.Key.Length + draft.VariantKey.Length + lineBytes
            + (hostAndPathInKey < 0 ? draft.HostAndPath.Length : 0);
    }

    /// <summary>Writes a draft into a block's data of the size that <see cref="SizeOf"/> told.</summary>
    public static void Write(byte* data, int size, in EntryDraft draft, ReadOnlySpan<byte> lines, int hostAndPathInKey)
    {
        var to = new Span<byte>(data, size);
        var keyStart = FactsStart(draft.Selectors.Length) + draft.Facts.Length;
        var afterKeys = keyStart + draft.Key.Length + draft.VariantKey.Length;
        *(HeadLayout*)data = new HeadLayout
        {
            RequestedAt = draft.RequestedAt,
            DeadAt = draft.DeadAt == 0 ? long.MaxValue : draft.DeadAt,
            ZoneId = draft.Zone.Id,
            Status = (ushort)draft.Status,
            Flags = draft.Flags,
            Selectors = (ushort)draft.Selectors.Length,
            Facts = (ushort)draft.Facts.Length,
            Key = (ushort)draft.Key.Length,
            VariantKey = (ushort)draft.VariantKey.Length,
            HostAndPathStart = (ushort)(hostAndPathInKey < 0 ? afterKeys : keyStart + hostAndPathInKey),
            HostAndPath = (ushort)draft.HostAndPath.Length,
            Host = (ushort)draft.HostLength,
            Lines = (ushort)draft.Lines.Length,
            LineBytes = (ushort)lines.Length,
        };
        MemoryMarshal.AsBytes(draft.Selectors).CopyTo(to[SelectorsStart..]);
        draft.Facts.CopyTo(to[FactsStart(draft.Selectors.Length)..]);
        draft.Key.CopyTo(to[keyStart..]);
        draft.VariantKey.CopyTo(to[(keyStart + draft.Key.Length)..]);
        if (hostAndPathInKey < 0)
        {
            draft.HostAndPath.CopyTo(to[afterKeys..]);
            afterKeys += draft.HostAndPath.Length;
        }

        lines.CopyTo(to[afterKeys..]);
    }

    private static int SelectorsStart => Unsafe.SizeOf<HeadLayout>();

    private static int FactsStart(int selectors) => SelectorsStart + (selectors * sizeof(ulong));
}
