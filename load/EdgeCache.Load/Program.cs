using EdgeCache.Load.CommandLine;

return await LoadProgram.RunAsync(args);
