using System.Runtime.InteropServices;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>The fixed part of a head block: 36 bytes. After it: facts, selector keys, key, variant key, host and path unless they are part of the key, header lines, and a small body.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(ushort))]
internal struct HeadLayout
{
    /// <summary>When the request was sent.</summary>
    public Milliseconds48 RequestedAt;

    /// <summary>Id of the zone state.</summary>
    public int ZoneId;

    private uint _livesLow;

    /// <summary>Status code.</summary>
    public ushort Status;

    /// <summary>Number of selector keys.</summary>
    public ushort Selectors;

    /// <summary>Bytes of the key.</summary>
    public ushort Key;

    /// <summary>Bytes of the variant key.</summary>
    public ushort VariantKey;

    /// <summary>Bytes of host, port and path.</summary>
    public ushort HostAndPath;

    /// <summary>Bytes of the host.</summary>
    public ushort Host;

    /// <summary>Bytes of header lines.</summary>
    public ushort LineBytes;

    /// <summary>Bytes of the body that lies behind the lines; 0 when it has blocks of its own, or is empty.</summary>
    public ushort InlineBody;

    /// <summary>Flags.</summary>
    public EntryFlags Flags;

    /// <summary>Bytes of facts.</summary>
    public byte Facts;

    /// <summary>Bytes of the port behind the host, with its colon.</summary>
    public byte Port;

    /// <summary>True when the key begins with host, port and path, which then are not written again.</summary>
    public bool IsHostAndPathInKey;

    private const ulong Never = (1UL << 48) - 1;
    private ushort _livesHigh;

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
