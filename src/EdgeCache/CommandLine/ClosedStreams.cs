using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeCache.CommandLine;

/// <summary>
/// A caller may have closed a standard stream (<c>&gt;&amp;-</c>). What would be written there goes nowhere, as with <c>/dev/null</c>, and the exit code still says how it went; to read
/// from there is a fault, not a wait without end.
/// </summary>
internal static partial class ClosedStreams
{
    private const int GetStatusFlags = 3; // F_GETFL
    private const int AccessMode = 3; // O_ACCMODE; 0 is read only
    private const int WriteOnly = 1; // O_WRONLY
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    public static void Replace()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        if (IsClosed(Output))
        {
            Console.SetOut(TextWriter.Null);
        }

        if (IsClosed(Error))
        {
            Console.SetError(TextWriter.Null);
        }
    }

    /// <summary>Standard input is closed. Its number then is free, and the runtime takes it for one end of a pipe of its own, which never ends.</summary>
    public static bool IsInputClosed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var input = TargetOf(Input);
        return Control(Input, GetStatusFlags) < 0
            || input.StartsWith("anon_inode:", StringComparison.Ordinal)
            || (input.StartsWith("pipe:", StringComparison.Ordinal) && OwnDescriptors().Any(d => d != Input && TargetOf(d) == input && (Control(d, GetStatusFlags) & AccessMode) == WriteOnly));
    }

    private static IEnumerable<int> OwnDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(e => int.Parse(Path.GetFileName(e), CultureInfo.InvariantCulture));

    private static string TargetOf(int descriptor)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)?.Name ?? "";
        }
        catch (IOException)
        {
            return ""; // It was closed meanwhile.
        }
    }

    // The runtime may by now have opened something of its own under the free number: files to read, and objects without a name.
    private static bool IsClosed(int descriptor) =>
        Control(descriptor, GetStatusFlags) is var flags && (flags < 0 || (flags & AccessMode) == 0)
        || TargetOf(descriptor).StartsWith("anon_inode:", StringComparison.Ordinal);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
