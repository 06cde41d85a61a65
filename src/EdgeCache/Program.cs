using EdgeCache.CommandLine;
using EdgeCache.Hosting;

InlineCompletions.Enable();
return await RootVerb.RunAsync(args).ConfigureAwait(false);
