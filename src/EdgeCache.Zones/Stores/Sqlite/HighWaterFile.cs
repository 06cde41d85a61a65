using System.Buffers.Binary;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// A small file beside the database that remembers how far it had come: a database behind it is a restored backup (PLANE.md 31). Held open
/// exclusively, so it also keeps a second process out.
/// </summary>
internal sealed class HighWaterFile : IDisposable
{
    private readonly FileStream _file;

    public HighWaterFile(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Known = RandomAccess.Read(_file.SafeFileHandle, bytes, 0) == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : null;
    }

    /// <summary>What it said when it was opened; null when it is new.</summary>
    public long? Known { get; }

    /// <summary>Remembers; called after COMMIT, so it is never ahead of the database.</summary>
    public void Write(long sequence)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
        RandomAccess.Write(_file.SafeFileHandle, bytes, 0);
    }

    public void Dispose() => _file.Dispose();
}
