using System.Runtime.InteropServices;

namespace EdgeCache.CommandLine;

/// <summary>A caller may have closed standard output or standard error (<c>&gt;&amp;-</c>). What would be written there goes nowhere, as with <c>/dev/null</c>, and the exit code still says how it went.</summary>
internal static partial class ClosedStreams
{
    private const int GetStatusFlags = 3; // F_GETFL
    private const int AccessMode = 3; // O_ACCMODE; 0 is read only
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

    // The runtime may by now have opened something of its own under the free number: files to read, and objects without a name.
    private static bool IsClosed(int descriptor) =>
        Control(descriptor, GetStatusFlags) is var flags && (flags < 0 || (flags & AccessMode) == 0)
        || File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)?.Name.StartsWith("anon_inode:", StringComparison.Ordinal) == true;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
