using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>The fixed part of a head block: 40 bytes. After it: selector keys, facts, key, variant key, host and path unless they are part of the key, header lines.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HeadLayout
{
    /// <summary>When the request was sent.</summary>
    public long RequestedAt;

    /// <summary>Id of the zone state.</summary>
    public int ZoneId;

    /// <summary>Status code.</summary>
    public ushort Status;

    /// <summary>Flags.</summary>
    public EntryFlags Flags;

    /// <summary>Number of selector keys.</summary>
    public ushort Selectors;

    /// <summary>Bytes of facts.</summary>
    public ushort Facts;

    /// <summary>Bytes of the key.</summary>
    public ushort Key;

    /// <summary>Bytes of the variant key.</summary>
    public ushort VariantKey;

    /// <summary>Where host and path begin, from the start of this struct.</summary>
    public ushort HostAndPathStart;

    /// <summary>Bytes of host and path.</summary>
    public ushort HostAndPath;

    /// <summary>Bytes of the host.</summary>
    public ushort Host;

    /// <summary>Number of header lines.</summary>
    public ushort Lines;

    /// <summary>Bytes of header lines.</summary>
    public ushort LineBytes;

    private const ulong Never = (1UL << 48) - 1;
    private ushort _livesHigh;
    private uint _livesLow;

    /// <summary>When the entry is dead: kept as milliseconds from <see cref="RequestedAt"/> in 48 bits, which is 8,900 years, or never.</summary>
    public long DeadAt
    {
        readonly get
        {
            var lives = ((ulong)_livesHigh << 32) | _livesLow;
            return lives == Never ? long.MaxValue : RequestedAt + (long)lives;
        }

        set
        {
            var lives = value == long.MaxValue ? Never : Math.Min((ulong)Math.Max(0, value - RequestedAt), Never);
            _livesHigh = (ushort)(lives >> 32);
            _livesLow = unchecked((uint)lives); // the low half
        }
    }
}
