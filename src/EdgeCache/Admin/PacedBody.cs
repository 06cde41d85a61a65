using EdgeCache.Zones.Log;

namespace EdgeCache.Admin;

/// <summary>
/// The body of a batch while it is read: one that is long enough for a whole zone needs a place among the long ones until its call ends, and becomes objects that stay, so
/// they are collected a little at a time (<see cref="WholeZonePace"/>).
/// </summary>
internal sealed class PacedBody(Stream body, LongBatches places) : Stream
{
    /// <summary>Bytes that any batch may have.</summary>
    private const long Usual = 256 << 10;

    private long _read;
    private WholeZonePace? _pace;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read >= Usual && _pace is null)
        {
            places.Enter();
            _pace = WholeZonePace.For(int.MaxValue);
        }

        _pace?.Step();

        var count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _pace is not null)
        {
            _pace = null;
            places.Leave();
        }

        base.Dispose(disposing);
    }
}
