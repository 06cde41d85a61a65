using System.Text;
using EdgeCache.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeCache.LogFiles;

/// <summary>
/// A file, or standard output, that lines are written to behind a bounded queue, ten times a second or when it is half full. The file is opened anew on request, so that it can be moved away; a file
/// that is cut to nothing in place goes on from its start. A fault of the disk loses the lines it meets, is said once, and ends by itself. Thread-safe.
/// </summary>
internal sealed partial class LineFile : IAsyncDisposable
{
    /// <summary>The name of standard output.</summary>
    public const string StandardOutput = "-";

    /// <summary>Bytes that wait for the disk at most; as many again are being written.</summary>
    public const int QueueBytes = 4 << 20;

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    private readonly LineQueue _queue = new(QueueBytes);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly ILogger _log;
    private readonly string _path;
    private readonly Task _writing;
    private Stream? _stream;
    private volatile bool _opensAnew;
    private bool _isFaulty;
    private long _written;
    private long _lost;

    /// <summary>Opens the file; a <see cref="StartUpException"/> says why it cannot be had.</summary>
    public LineFile(string path, TimeProvider time, ILogger log)
    {
        (_path, _log) = (path, log);
        try
        {
            _stream = Open(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartUpException($"the log file {path} cannot be written: {fault.Message.TrimEnd('.')}; choose a file in a folder that is there, or - for standard output", fault);
        }

        _timer = time.CreateTimer(_ => Wake(), null, _interval, _interval);
        _writing = WriteAsync();
    }

    /// <summary>Lines written.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Lines that found no room, or that the disk would not take.</summary>
    public long Dropped => _queue.Dropped + Volatile.Read(ref _lost);

    /// <summary>Takes a line with its line feed; false when it was dropped.</summary>
    public bool Add(ReadOnlySpan<byte> line)
    {
        var taken = _queue.TryAdd(line, out var isHalfFull);
        if (isHalfFull)
        {
            Wake();
        }

        return taken;
    }

    /// <summary>The next lines go to a file that is opened anew under the same name.</summary>
    public void Reopen()
    {
        _opensAnew = true;
        Wake();
    }

    /// <summary>Writes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await Task.Run(Drain).ConfigureAwait(false);
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
        _wake.Dispose();
    }

    private static Stream Open(string path) => path == StandardOutput
        ? Console.OpenStandardOutput()
        : new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    private async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _wake.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Drain();
        }
    }

    /// <summary>On one thread at a time.</summary>
    private void Drain()
    {
        try
        {
            if (_opensAnew || _stream is null)
            {
                _opensAnew = false;
                _stream?.Dispose();
                _stream = null;
                _stream = Open(_path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Say(fault);
        }

        var bytes = _queue.Take(out var lines);
        if (lines == 0)
        {
            return;
        }

        try
        {
            Write(bytes.Span);
            Volatile.Write(ref _written, _written + lines);
            _isFaulty = false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Volatile.Write(ref _lost, _lost + lines);
            Say(fault);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var stream = _stream ?? throw new IOException("it is not open");
        if (stream.CanSeek)
        {
            stream.Seek(0, SeekOrigin.End); // Somebody may have cut it, or write to it as well.
        }

        stream.Write(bytes);
        stream.Flush();
    }

    private void Say(Exception fault)
    {
        if (!_isFaulty)
        {
            _isFaulty = true;
            Faulty(_path, fault.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "log file {Path}: {Fault}; lines are lost until it can be written again")]
    private partial void Faulty(string path, string fault);
}
