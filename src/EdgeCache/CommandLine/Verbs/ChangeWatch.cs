using EdgeCache.Client;
using EdgeCache.Client.Model;
using Spectre.Console;

namespace EdgeCache.CommandLine.Verbs;

/// <summary>
/// Waits for a change in slices, so that a wait may be longer than the server's limit. On a terminal, and only when it takes
/// longer than a second, one live line for each node; nothing extra in a pipe.
/// </summary>
internal sealed class ChangeWatch
{
    /// <summary>Longest wait asked of the server at once.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    private readonly EdgeCacheClient _client;
    private readonly TimeProvider _time = TimeProvider.System;

    public ChangeWatch(EdgeCacheClient client) => _client = client;

    public async Task<ChangeDocument> RunAsync(string id, string target, TimeSpan limit, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var change = await _client.WaitAsync(id, target, limit < Slice ? limit : Slice, cancellation).ConfigureAwait(false);
        if (change.IsDone || _time.GetElapsedTime(start) >= limit)
        {
            return change;
        }

        if (Console.IsOutputRedirected)
        {
            return await GoOnAsync(_ => { }).ConfigureAwait(false);
        }

        return await AnsiConsole.Live(Lines(change)).AutoClear(true).StartAsync(live => GoOnAsync(c =>
        {
            live.UpdateTarget(Lines(c));
            live.Refresh();
        })).ConfigureAwait(false);

        async Task<ChangeDocument> GoOnAsync(Action<ChangeDocument> show)
        {
            var last = change;
            while (!last.IsDone && limit - _time.GetElapsedTime(start) is var rest && rest > TimeSpan.Zero)
            {
                show(last);
                last = await _client.WaitAsync(id, target, rest < Slice ? rest : Slice, cancellation).ConfigureAwait(false);
            }

            return last;
        }
    }

    private static Rows Lines(ChangeDocument change) =>
        new(change.Nodes.Select(n => new Markup(n.State == "applied" ? $"[green]✓[/] {n.Node.EscapeMarkup()}" : $"[yellow]…[/] {n.Node.EscapeMarkup()} [grey]{n.State}[/]")));
}
