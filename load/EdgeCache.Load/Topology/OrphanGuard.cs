using System.Diagnostics;
using System.Globalization;

namespace EdgeCache.Load.Topology;

/// <summary>
/// Ends a process when this one is killed and cannot do so itself: a shell that waits on a pipe from here. A word through the pipe says that all is well; its end without one, that
/// nobody is left to clean up. Without a POSIX shell there is no guard. Not thread-safe.
/// </summary>
internal sealed class OrphanGuard : IDisposable
{
    /// <summary>The same as a regular stop: go on if paused, stop, and five seconds later for good.</summary>
    private const string Script =
        """
        read -r word && exit
        kill -CONT "$1" 2>/dev/null; kill -TERM "$1" 2>/dev/null || exit 0
        for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.5; kill -0 "$1" 2>/dev/null || exit 0; done
        kill -KILL "$1" 2>/dev/null
        """;

    private readonly Process? _shell;

    /// <summary>Watches over <paramref name="process"/>; <paramref name="isLeader"/>: and over all that it starts, since it leads a session of its own.</summary>
    public OrphanGuard(int process, bool isLeader)
    {
        if (ProgramPath.Find("sh") is not { } sh)
        {
            return;
        }

        var target = (isLeader ? -process : process).ToString(CultureInfo.InvariantCulture);
        string[] command = [sh, "-c", Script, "orphan-guard", target];
        var start = ProgramPath.Find("setsid") is { } setsid ? new ProcessStartInfo(setsid, command) : new ProcessStartInfo(command[0], command[1..]);
        start.RedirectStandardInput = true;
        _shell = Process.Start(start);
    }

    /// <summary>Its process id; 0 without a guard.</summary>
    public int Id => _shell?.Id ?? 0;

    /// <summary>Nothing is left to watch over.</summary>
    public void Dispose()
    {
        if (_shell is null)
        {
            return;
        }

        try
        {
            _shell.StandardInput.WriteLine("done");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // Somebody ended it.
        }

        _shell.WaitForExit();
        _shell.Dispose();
    }
}
