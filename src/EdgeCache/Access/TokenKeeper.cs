using EdgeCache.Configuration;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Access;

/// <summary>
/// The tokens in force: from the environment and from a file that is looked at once a second, so that tokens change without a restart. A file with a fault is said once and the last good
/// one stays. Thread-safe.
/// </summary>
internal sealed partial class TokenKeeper
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly AdminOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private volatile TokenFile _tokens = TokenFile.Empty;
    private (DateTime Written, long Length) _seen;
    private long _looked;

    public TokenKeeper(AdminOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        Look();
    }

    /// <summary>False on a loopback listener that needs none.</summary>
    public bool IsNeeded => !Current().IsEmpty;

    public Caller? Find(string token) => Current().Find(token);

    private TokenFile Current()
    {
        if (_options.TokenFile is not null && _time.GetElapsedTime(Volatile.Read(ref _looked)) >= Interval)
        {
            Look();
        }

        return _tokens;
    }

    private void Look()
    {
        lock (_lock)
        {
            Volatile.Write(ref _looked, _time.GetTimestamp());
            try
            {
                var file = _options.TokenFile is { } path ? FromFile(path) : TokenFile.Empty;
                if (file is not null)
                {
                    _tokens = AdminOptions.ReadEnvironment() is { } token && _options.TokenFile is null ? file.With("environment", token) : file;
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                LogKept(_options.TokenFile ?? "", fault.Message);
            }
        }
    }

    /// <summary>Null: unchanged, or not good.</summary>
    private TokenFile? FromFile(string path)
    {
        var info = new FileInfo(path);
        var seen = (info.LastWriteTimeUtc, info.Length);
        if (seen == _seen)
        {
            return null;
        }

        _seen = seen;
        var (file, faults) = TokenFile.Read(File.ReadLines(path));
        if (file is null)
        {
            LogKept(path, string.Join("; ", faults));
        }
        else
        {
            LogRead(path);
        }

        return file;
    }

    [LoggerMessage(1, LogLevel.Information, "tokens read from {File}")]
    private partial void LogRead(string file);

    [LoggerMessage(2, LogLevel.Error, "tokens of {File} are not taken, those in force stay: {Fault}")]
    private partial void LogKept(string file, string fault);
}
