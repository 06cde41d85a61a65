namespace EdgeCache.CommandLine;

/// <summary>What takes longer than a second says so: a line on a terminal's standard error that goes away when it is over. Nothing in a pipe.</summary>
internal static class PatienceLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Turns = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"];

    /// <summary>True while something else draws on the terminal.</summary>
    public static bool IsQuiet { get; set; }

    public static async Task<T> WhileAsync<T>(Task<T> work, string what)
    {
        if (Console.IsErrorRedirected || await EndsWithinAsync(work, Patience).ConfigureAwait(false))
        {
            return await work.ConfigureAwait(false);
        }

        var turn = 0;
        do
        {
            if (!IsQuiet)
            {
                await Console.Error.WriteAsync($"\r{Turns[turn++ % Turns.Length]} {what}\u001b[K").ConfigureAwait(false);
            }
        }
        while (!await EndsWithinAsync(work, Step).ConfigureAwait(false));
        if (!IsQuiet)
        {
            await Console.Error.WriteAsync("\r\u001b[K").ConfigureAwait(false);
        }

        return await work.ConfigureAwait(false);
    }

    private static async Task<bool> EndsWithinAsync(Task work, TimeSpan limit) =>
        await Task.WhenAny(work, Task.Delay(limit, TimeProvider.System)).ConfigureAwait(false) == work;
}
