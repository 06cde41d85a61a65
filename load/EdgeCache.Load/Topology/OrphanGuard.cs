using System.Diagnostics;
using System.Globalization;

namespace EdgeCache.Load.Topology;

/// <summary>
/// Ends a process when this one is killed and cannot do so itself: a shell that waits on a pipe from here. The first word through the pipe says which, a second one that all is well; the
/// pipe's end before that, that nobody is left to clean up. It stands before the process starts, so that none is ever without. Without a POSIX shell there is no guard. Not thread-safe.
/// </summary>
internal sealed class OrphanGuard : IDisposable
{
    /// <summary>The same as a regular stop: go on if paused, stop, and five seconds later for good.</summary>
    private const string Script =
        """
        read -r it || exit 0
        read -r word && exit
        kill -CONT "$it" 2>/dev/null; kill -TERM "$it" 2>/dev/null || exit 0
        for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.5; kill -0 "$it" 2>/dev/null || exit 0; done
        kill -KILL "$it" 2>/dev/null
        """;

    private readonly Process? _shell;

    /// <summary>Starts the shell.</summary>
    public OrphanGuard()
    {
        if (ProgramPath.Find("sh") is not { } sh)
        {
            return;
        }

        string[] command = [sh, "-c", Script, "orphan-guard"];
        var start = ProgramPath.Find("setsid") is { } setsid ? new ProcessStartInfo(setsid, command) : new ProcessStartInfo(command[0], command[1..]);
        start.RedirectStandardInput = true;
        _shell = Process.Start(start);
    }

    /// <summary>Its process id; 0 without a guard.</summary>
    public int Id => _shell?.Id ?? 0;

    /// <summary>Watches over <paramref name="process"/>; <paramref name="isLeader"/>: and over all that it starts, since it leads a session of its own.</summary>
    public void Watch(int process, bool isLeader) => Say((isLeader ? -process : process).ToString(CultureInfo.InvariantCulture));

    /// <summary>Nothing is left to watch over.</summary>
    public void Dispose()
    {
        if (_shell is null)
        {
            return;
        }

        Say("done");
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Say(string word)
    {
        try
        {
            _shell?.StandardInput.WriteLine(word);
            _shell?.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody ended it.
        }
    }
}
