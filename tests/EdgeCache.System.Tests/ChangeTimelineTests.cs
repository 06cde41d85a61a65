using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>The timeline of a change, and the backup of a store in use, on a running origin.</summary>
public sealed class ChangeTimelineTests : IDisposable
{
    private const string Admin = "http://127.0.0.1:20887";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Change_ByItsPositionOrItsWritersId_TellsItsTimelineInOrder()
    {
        await using var origin = await StartAsync("data");
        await PutAsync("192.0.2.1", "first", 100);
        var change = (await PutAsync("192.0.2.2", "second-try", 30)).Headers.GetValues("Edge-Change").Single();
        var wait = await ServedProgram.RunAsync(_folder, "change", "wait", "second-try", "--timeout", "5s", "--admin", Admin);
        Assert.True(wait.Exit == 0, wait.Output + wait.Error);

        var told = await _http.GetFromJsonAsync<JsonElement>($"{Admin}/changes/second-try", Cancel);
        Assert.Equal(change, told.GetProperty("change").GetString());
        Assert.Equal(change, (await _http.GetFromJsonAsync<JsonElement>($"{Admin}/changes/{Uri.EscapeDataString(change)}", Cancel)).GetProperty("change").GetString());
        var accepted = told.GetProperty("acceptedAt").GetInt64();
        var hinted = told.GetProperty("hintedAt").GetInt64();
        var applied = told.GetProperty("nodes").EnumerateArray().Max(n => n.GetProperty("seenAppliedAt").GetInt64());
        Assert.True(accepted <= hinted && hinted <= applied, told.ToString());

        // Whoever got the first value just before the change was applied keeps it for its hundred seconds.
        Assert.Equal(applied + 100_000, told.GetProperty("lastOldAnswerAt").GetInt64());

        // A lowered TTL is no shorter for those who got the longer one: here that of the first value, until the second had replaced it.
        var third = (await PutAsync("192.0.2.3", "third", 5)).Headers.GetValues("Edge-Change").Single();
        await ServedProgram.RunAsync(_folder, "change", "wait", "third", "--timeout", "5s", "--admin", Admin);
        var later = await _http.GetFromJsonAsync<JsonElement>($"{Admin}/changes/{Uri.EscapeDataString(third)}", Cancel);
        Assert.Equal(accepted + 100_000 + 2_000, later.GetProperty("lastOldAnswerAt").GetInt64());
        var unknown = await _http.GetAsync(new Uri($"{Admin}/changes/never-heard-of"), Cancel);
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task Backup_WhileRecordsAreWritten_OpensAsAStoreOfItsOwn()
    {
        var backup = Path.Combine(_folder, "backup.db");
        await using (var origin = await StartAsync("data"))
        {
            await PutAsync("192.0.2.1", "first", 60);
            using var stop = new CancellationTokenSource();
            var writing = WriteAsync(stop.Token);
            var made = await ServedProgram.RunAsync(_folder, "zone", "backup", backup, "--admin", Admin);
            await stop.CancelAsync();
            await writing;
            Assert.True(made.Exit == 0, made.Output + made.Error);
            Assert.Equal(2, (await ServedProgram.RunAsync(_folder, "zone", "backup", backup, "--admin", Admin)).Exit);
        }

        Directory.CreateDirectory(Path.Combine(_folder, "restored"));
        File.Copy(backup, Path.Combine(_folder, "restored", "edgecache.db"));
        await using var again = await StartAsync("restored");
        Assert.Equal("192.0.2.1", await _http.GetStringAsync($"{Admin}/zones/default/records/www/A", Cancel));
    }

    private async Task WriteAsync(CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            using var answer = await _http.PutAsync(new Uri($"{Admin}/zones/default/records/n{i % 50}/DOC"), new StringContent($"{i}"), Cancel);
            Assert.True(answer.IsSuccessStatusCode);
        }
    }

    private Task<ServedProgram> StartAsync(string data) =>
        ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin, "--data", Path.Combine(_folder, data));

    private async Task<HttpResponseMessage> PutAsync(string value, string change, int ttl)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Admin}/zones/default/records/www/A") { Content = new StringContent(value, Encoding.UTF8, "text/plain") };
        request.Headers.TryAddWithoutValidation("Edge-Change", change);
        request.Headers.TryAddWithoutValidation("Cache-Control", $"max-age={ttl}");
        var answer = await _http.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode);
        return answer;
    }
}
