namespace EdgeCache.Load.Bench;

/// <summary>Processes of one benchmark with a folder to run in. They end in the reverse order of their start, then the folder goes. For one thread.</summary>
internal sealed class PinnedProcesses : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgecache-bench-").FullName;

    /// <summary>Starts one on a processor and waits until it listens on <paramref name="port"/>.</summary>
    public async Task<PinnedProcess> AddAsync(string name, IReadOnlyList<string> command, int port, int cpu, CancellationToken cancellation)
    {
        var process = await PinnedProcess.StartAsync(name, command, Folder, port, cpu, cancellation);
        _owned.Add(process);
        return process;
    }

    /// <summary>Takes over something that ends with them.</summary>
    public void Own(IAsyncDisposable other) => _owned.Add(other);

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
