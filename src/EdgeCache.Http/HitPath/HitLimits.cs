namespace EdgeCache.Http.HitPath;

/// <summary>Bounds of the hit path on a connection.</summary>
internal static class HitLimits
{
    /// <summary>Longest head that is looked at here; a longer one is the server's to judge.</summary>
    public const int HeadBytes = 8 * 1024;

    /// <summary>Bodies up to this many bytes are copied behind their head; longer ones are sent from where they lie.</summary>
    public const int CopiedBodyBytes = 4 * 1024;

    /// <summary>Longest head of an answer made here.</summary>
    public const int AnswerHeadBytes = 32 * 1024;

    /// <summary>Where answers are put together: the answers to pipelined requests share it.</summary>
    public const int ScratchBytes = AnswerHeadBytes + CopiedBodyBytes + (16 * 1024);

    /// <summary>Seconds without a request after which a connection is closed.</summary>
    public const int IdleSeconds = 75;

    /// <summary>Seconds that a head may take to come.</summary>
    public const int HeadSeconds = 15;

    /// <summary>Bytes of an HTTP/2 answer that are handed to the server at a time: so many does it hold for a stream whose client opens no window, and for a connection so many for each stream.</summary>
    public const int PieceBytes = 16 * 1024;

    /// <summary>Bytes held in all for answers that wait for their client; over it those are ended that have waited for <see cref="HeldSeconds"/>, the longest first.</summary>
    public const long HeldBytes = 64 << 20;

    /// <summary>Bytes held in all over which the one that waits longest is ended, however short that is.</summary>
    public const long MostHeldBytes = 4 * HeldBytes;

    /// <summary>Seconds for which a client may take nothing of a piece before it counts as one that stands still: a slow one, of 26 kbit/s, goes on.</summary>
    public const int HeldSeconds = 5;

    /// <summary>Seconds in which a client must take a chunk (64 KiB) of an answer that did not fit into the socket.</summary>
    public const int StalledSeconds = 60;

    /// <summary>Seconds for which the upstream may be silent within an answer that is passed on and not stored.</summary>
    public const int SilentSeconds = 600;
}
