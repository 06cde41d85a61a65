using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeCache.Zones.Floors;

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

    /// <summary>Facts.</summary>
    public ReadOnlySpan<byte> Facts => new(FactsStart, _head->Facts);

    /// <summary>Selector keys.</summary>
    public ReadOnlySpan<ulong> Selectors => new(FactsStart + _head->Facts, _head->Selectors);

    /// <summary>The whole key.</summary>
    public ReadOnlySpan<byte> Key => new(KeyStart, _head->Key);

    /// <summary>Selected request fields.</summary>
    public ReadOnlySpan<byte> VariantKey => new(KeyStart + _head->Key, _head->VariantKey);

    /// <summary>What the floors compare.</summary>
    public FloorSubject Subject => new(Selectors, new(_head->IsHostAndPathInKey ? KeyStart : AfterKeys, _head->HostAndPath), _head->Host, _head->Port);

    /// <summary>Header lines.</summary>
    public HeadLines Lines => new(LineBytes, _shared);

    /// <summary>Header lines in store form.</summary>
    public ReadOnlySpan<byte> LineBytes => new(LinesStart, _head->LineBytes);

    /// <summary>Bytes up to the end of the lines, behind which a small body lies.</summary>
    public int Length => (int)(LinesStart - (byte*)_head) + _head->LineBytes;

    private byte* FactsStart => (byte*)_head + Unsafe.SizeOf<HeadLayout>();

    private byte* KeyStart => FactsStart + _head->Facts + (_head->Selectors * sizeof(ulong));

    private byte* AfterKeys => KeyStart + _head->Key + _head->VariantKey;

    private byte* LinesStart => AfterKeys + (_head->IsHostAndPathInKey ? 0 : _head->HostAndPath);

    /// <summary>Facts as their struct.</summary>
    public ref readonly T FactsAs<T>()
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(Facts);

    /// <summary>Bytes of a head block's data; more than <see cref="StoreLimits.MaxHeadBytes"/> cannot be stored.</summary>
    public static long SizeOf(in EntryDraft draft, long lineBytes) =>
        Unsafe.SizeOf<HeadLayout>() + draft.Facts.Length + (draft.Selectors.Length * sizeof(ulong)) + draft.Key.Length + draft.VariantKey.Length
        + (IsHostAndPathInKey(draft) ? 0 : draft.HostAndPath.Length) + lineBytes;

    /// <summary>Writes a draft into a block's data of the size that <see cref="SizeOf"/> told.</summary>
    public void Write(in EntryDraft draft, ReadOnlySpan<byte> lines)
    {
        *_head = new HeadLayout
        {
            RequestedAt = draft.RequestedAt,
            DeadAt = draft.DeadAt == 0 ? long.MaxValue : draft.DeadAt,
            ZoneId = draft.Zone.Id,
            Status = (ushort)draft.Status,
            Flags = draft.Flags,
            Selectors = (ushort)draft.Selectors.Length,
            Facts = (byte)draft.Facts.Length,
            Key = (ushort)draft.Key.Length,
            VariantKey = (ushort)draft.VariantKey.Length,
            HostAndPath = (ushort)draft.HostAndPath.Length,
            Host = (ushort)draft.HostLength,
            Port = (byte)draft.PortLength,
            IsHostAndPathInKey = IsHostAndPathInKey(draft),
            LineBytes = (ushort)lines.Length,
        };
        Copy(draft.Facts, FactsStart);
        Copy(MemoryMarshal.AsBytes(draft.Selectors), FactsStart + draft.Facts.Length);
        Copy(draft.Key, KeyStart);
        Copy(draft.VariantKey, KeyStart + draft.Key.Length);
        Copy(_head->IsHostAndPathInKey ? default : draft.HostAndPath, AfterKeys);
        Copy(lines, LinesStart);
    }

    /// <summary>Writes a small body behind the lines; the block has room for it.</summary>
    public void Append(ReadOnlySpan<byte> body)
    {
        Copy(body, (byte*)_head + Length);
        _head->InlineBody = (ushort)body.Length;
    }

    private static bool IsHostAndPathInKey(in EntryDraft draft) => draft.Key.StartsWith(draft.HostAndPath);

    private static void Copy(ReadOnlySpan<byte> bytes, byte* to) => bytes.CopyTo(new(to, bytes.Length));
}
