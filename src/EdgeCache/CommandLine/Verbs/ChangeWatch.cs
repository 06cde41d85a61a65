using EdgeCache.Client;
using EdgeCache.Client.Model;
using Spectre.Console;

namespace EdgeCache.CommandLine.Verbs;

/// <summary>
/// Waits for a change. On a terminal, and only when it takes longer than a second,
/// one live line for each node; nothing extra in a pipe.
/// </summary>
internal sealed class ChangeWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    private readonly EdgeCacheClient _client;
    private readonly TimeProvider _time = TimeProvider.System;

    public ChangeWatch(EdgeCacheClient client) => _client = client;

    public async Task<ChangeDocument> RunAsync(string id, string target, TimeSpan limit, CancellationToken cancellation)
    {
        var waiting = _client.WaitAsync(id, target, limit, cancellation);
        if (Console.IsOutputRedirected || await EndsWithinAsync(waiting, Patience, cancellation).ConfigureAwait(false))
        {
            return await waiting.ConfigureAwait(false);
        }

        PatienceLine.IsQuiet = true;
        await AnsiConsole.Live(new Text("")).AutoClear(true).StartAsync(async live =>
        {
            do
            {
                live.UpdateTarget(Lines(await _client.FindChangeAsync(id, cancellation).ConfigureAwait(false)));
                live.Refresh();
            }
            while (!await EndsWithinAsync(waiting, Refresh, cancellation).ConfigureAwait(false));
        }).ConfigureAwait(false);
        return await waiting.ConfigureAwait(false);
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, CancellationToken cancellation) =>
        await Task.WhenAny(task, Task.Delay(limit, _time, cancellation)).ConfigureAwait(false) == task;

    private static Rows Lines(ChangeDocument change) =>
        new(change.Nodes.Select(n => new Markup(n.State == "applied" ? $"[green]✓[/] {n.Node.EscapeMarkup()}" : $"[yellow]…[/] {n.Node.EscapeMarkup()} [grey]{n.State}[/]")));
}
