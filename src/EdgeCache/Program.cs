using EdgeCache.CommandLine;
using EdgeCache.Hosting;

InlineCompletions.Enable();
ClosedStreams.Replace();
return await RootVerb.RunAsync(args).ConfigureAwait(false);
