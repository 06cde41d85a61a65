using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using EdgeCache.Client;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Verbs;

/// <summary>What every verb shares: which admin API, its token, <c>--json</c>, and one place where refusals become a line and an exit code.</summary>
internal sealed class AdminCall
{
    /// <summary>A call that takes longer than this is given up; waits carry their own limit.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Option<string> _admin = new("--admin") { Description = "The admin API", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:9080" };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = $"File with the token (or set {AdminOptions.TokenVariable})", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as JSON" };

    public AdminCall(Command command)
    {
        command.Options.Add(_admin);
        command.Options.Add(_tokenFile);
        command.Options.Add(_json);
        _admin.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !AddressAttribute.IsGood(AddressKind.HttpServer, result.Tokens[0].Value))
            {
                result.AddError($"--admin '{result.Tokens[0].Value}' is not such an address; allowed: http://HOST:PORT");
            }
        });
    }

    public bool WantsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Runs a verb; a refusal is one line on standard error and exit 1, a malformed request exit 2.</summary>
    public async Task<int> RunAsync(ParseResult parsed, Func<EdgeCacheClient, Task<int>> verb)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(parsed.GetValue(_admin)!.TrimEnd('/') + "/"), Timeout = Limit };
        try
        {
            if (TokenOf(parsed) is { } token)
            {
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            return await PatienceLine.WhileAsync(verb(new EdgeCacheClient(http)), $"waiting for {http.BaseAddress}").ConfigureAwait(false);
        }
        catch (EdgeCacheException fault)
        {
            var exit = fault.InnerException is TimeoutException ? ExitCode.TimedOut : fault.Problem.Status is 400 or 413 or 422 ? ExitCode.Usage : ExitCode.Failed;
            return await Complaint.SayAsync(exit, fault.Message, WantsJson(parsed), Advice(fault)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await Complaint.SayAsync(ExitCode.TimedOut, $"{http.BaseAddress} did not answer within {Limit.TotalSeconds:0} s", WantsJson(parsed)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var exit = fault is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException ? ExitCode.Usage : ExitCode.Failed;
            return await Complaint.SayAsync(exit, FileFault(fault), WantsJson(parsed)).ConfigureAwait(false);
        }
    }

    private static string FileFault(Exception fault) => fault switch
    {
        FileNotFoundException { FileName: { } file } => $"{file} does not exist",
        DirectoryNotFoundException => fault.Message.TrimEnd('.').Replace("Could not find a part of the path", "there is no folder for", StringComparison.Ordinal),
        _ => fault.Message.TrimEnd('.'),
    };

    /// <summary>What to do next.</summary>
    private static string? Advice(EdgeCacheException fault) => fault.Problem.Status switch
    {
        0 when fault.InnerException is HttpRequestException { InnerException: IOException } => "It stopped meanwhile, or was killed. Look what is there (edgecache record list ZONE), or say it again",
        0 when fault.InnerException is not TimeoutException => "Is it running? Start it with: edgecache; or say where the admin listener is: --admin URL",
        401 => $"Give the token with --token-file FILE or {AdminOptions.TokenVariable}",
        404 when fault.Problem.Title?.StartsWith("there is no zone", StringComparison.Ordinal) == true => "Those that are there: edgecache zone list; a new one: edgecache zone put ZONE",
        412 => "Somebody else was quicker: read it again (edgecache record get … --json), then write over its ETag",
        _ => null,
    };

    /// <summary>A line for people, or the whole answer as JSON.</summary>
    public void Print<T>(ParseResult parsed, T answer, string line)
    {
        if (WantsJson(parsed))
        {
            PrintJson(answer);
        }
        else
        {
            Console.Out.WriteLine(line);
        }
    }

    public static void PrintJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Indented));

    private static readonly JsonSerializerOptions Indented = new(EdgeCacheClient.Json) { WriteIndented = true };

    private string? TokenOf(ParseResult parsed) => new AdminOptions { TokenFile = parsed.GetValue(_tokenFile) }.ReadToken();
}
