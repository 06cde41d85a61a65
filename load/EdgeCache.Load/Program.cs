using EdgeCache.Load.Running;

// The load project by itself: what `edgecache verify` runs on foreign targets. Targets that need EdgeCache processes go through `edgecache verify`.
if (args is not ["verify", "--scenario", var scenario, .. var rest])
{
    Console.Error.WriteLine("usage: edgecache-load verify --scenario FILE [--out FOLDER]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var command = new VerifyCommand
{
    ScenarioPath = scenario,
    Limits = new GateLimits(),
    OutputFolder = rest is ["--out", var folder] ? folder : null,
    StartEdgeCache = (_, _) => throw new InvalidOperationException("target.kind edgeCache needs the program: use `edgecache verify`"),
};
return await command.RunAsync(Console.Out, Console.Error, stop.Token);
