using EdgeCache.Simulation.Kernel;

namespace EdgeCache.Simulation.Propagation;

/// <summary>The application behind the edges: a few pages, each with a version that only grows.</summary>
internal sealed class Shop
{
    private readonly World _world;
    private readonly int[] _versions;

    public Shop(World world, int pages)
    {
        _world = world;
        _versions = new int[pages];
    }

    public int Pages => _versions.Length;

    /// <summary>Requests that were sent here.</summary>
    public long Reads { get; private set; }

    /// <summary>A new version is readable from now on.</summary>
    public int Write(int page) => ++_versions[page];

    /// <summary>A request travels to the application, is answered there with the version of that moment, and travels back.</summary>
    public Task<int> ReadAsync(WorldNode reader, int page)
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var life = reader.Life;
        Reads++;
        _world.After(Way(), () =>
        {
            var version = _versions[page];
            _world.Enqueue(Way(), reader, life, () => answer.TrySetResult(version));
        });
        return answer.Task;
    }

    private TimeSpan Way() => TimeSpan.FromMilliseconds(0.2) + _world.Within(TimeSpan.FromMilliseconds(20));
}
