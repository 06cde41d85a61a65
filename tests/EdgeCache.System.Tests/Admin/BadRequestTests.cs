using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EdgeCache.System.Tests.Admin;

/// <summary>Every endpoint with wrong, missing, oversize, non-UTF-8 and contradictory input: the status, what was wrong, and nothing done.</summary>
public sealed class BadRequestTests(BadRequestTests.Origin origin) : IClassFixture<BadRequestTests.Origin>
{
    private const string Json = "application/json";
    private static readonly string Long = new('x', 300);

    /// <summary>Method, path, body, content type, extra header, status, what the answer says.</summary>
    public static TheoryData<string, string, string?, string?, string?, int, string> Requests() => new()
    {
        { "GET", "/nope", null, null, null, 404, "there is no GET /nope" },
        { "GET", "/nope.txt", null, null, null, 404, "there is no GET /nope.txt" },
        { "DELETE", "/nodes", null, null, null, 405, "there is no DELETE /nodes | GET" },
        { "POST", "/changes/shop.test:0123456789abcdef:1", null, null, null, 405, "there is no POST /changes/shop.test:0123456789abcdef:1 | GET" },
        { "PUT", "/zones/new.test", "x", "multipart/form-data", null, 415, "a body of type 'multipart/form-data' is not taken here" },
        { "GET", "/replication/shop.test/log?after=x", null, null, null, 400, "after: it cannot be read" },
        { "GET", "/zones/nowhere", null, null, null, 404, "there is no zone 'nowhere'" },
        { "GET", "/zones/a%20b", null, null, null, 400, "'a b' is not a zone" },
        { "GET", $"/zones/{Long}", null, null, null, 400, "is not a zone" },
        { "GET", "/zones/%ff", null, null, null, 400, "is not a zone" },
        { "PUT", "/zones/new.test", "{", Json, null, 400, "this is not JSON (line 1" },
        { "PUT", "/zones/new.test", "\"x\"", Json, null, 400, "is of another kind" },
        { "PUT", "/zones/new.test", "\u00ff", Json, null, 400, "this is not JSON" },
        { "PUT", "/zones/new.test", "{\"bogus\":1}", Json, null, 400, "'bogus' is not known" },
        { "PUT", "/zones/new.test", "{\"conflict\":\"maybe\"}", Json, null, 400, "conflict: 'maybe' is not a rule" },
        { "PUT", "/zones/new.test", "{\"hosts\":[\"a b\"]}", Json, null, 400, "hosts: 'a b' is not a host" },
        { "PUT", "/zones/new.test", "{\"hosts\":[null]}", Json, null, 400, "hosts: 'null' is not a host" },
        { "PUT", "/zones/new.test", "{\"hosts\":[\"taken.test\"]}", Json, null, 409, "taken.test belongs to zone shop.test already" },
        { "DELETE", "/zones/default", null, null, null, 409, "always exists" },
        { "DELETE", "/zones/nowhere", null, null, null, 404, "there is no zone" },
        { "POST", "/zones/nowhere/restore", null, null, null, 404, "there is no zone" },
        { "GET", "/zones/nowhere/records", null, null, null, 404, "there is no zone" },
        { "GET", "/zones/shop.test/records?after=x", null, null, null, 400, "not a place in the list" },
        { "PUT", "/zones/nowhere/records/www/A", "192.0.2.1", null, null, 404, "there is no zone" },
        { "PUT", "/zones/shop.test/records/www/A", "not an address", null, null, 400, "is not an IPv4 address" },
        { "PUT", "/zones/shop.test/records/a%20b/A", "192.0.2.1", null, null, 400, "is not a record name" },
        { "PUT", $"/zones/shop.test/records/{Long}/A", "192.0.2.1", null, null, 400, "is not a record" },
        { "PUT", $"/zones/shop.test/records/www/{Long}", "192.0.2.1", null, null, 400, "is not a record" },
        { "PUT", "/zones/shop.test/records/x%0Ay/DOC", "v", null, null, 400, "is not a record name" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, "Cache-Control: max-age=-1", 400, "max-age=0 to max-age=604800" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, "Cache-Control: max-age=99999999999", 400, "max-age=0 to max-age=604800" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, "If-Match: nonsense", 400, "a precondition cannot be read" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, "If-Match: \"of another time\"", 412, "precondition failed" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, "Edge-Change: a b", 400, "a change id has" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, $"Edge-Change: {Long}", 400, "a change id has" },
        { "PUT", "/zones/shop.test/records/d/DOC", "v", null, "Edge-Context: x", 400, "Edge-Context cannot be read" },
        { "GET", "/zones/shop.test/records/kept/A", null, null, "Edge-Consistency: sometimes", 400, "Edge-Consistency cannot be read" },
        { "GET", "/zones/shop.test/records/none/A", null, null, null, 404, "has no record" },
        { "GET", "/zones/nowhere/records/none/A", null, null, null, 404, "there is no zone" },
        { "DELETE", "/zones/shop.test/records/none/A", null, null, null, 404, "there is no record" },
        { "PATCH", "/zones/shop.test/records/d/DOC", "[]", Json, null, 400, "the body is not an edit" },
        { "PATCH", "/zones/shop.test/records/d/DOC", "{\"increment\":\"x\"}", Json, null, 400, "the body is not an edit" },
        { "GET", "/zones/shop.test/records/none/A/history", null, null, null, 404, "has no record" },
        { "GET", "/zones/nowhere/records/none/A/history", null, null, null, 404, "there is no zone" },
        { "GET", "/zones/shop.test/records/kept/A/diff?from=1", null, null, null, 400, "to: it is missing" },
        { "GET", "/zones/shop.test/records/kept/A/diff?from=x&to=1", null, null, null, 400, "from: it cannot be read" },
        { "GET", "/zones/shop.test/records/kept/A/diff?from=7&to=8", null, null, null, 404, "no such version" },
        { "POST", "/zones/shop.test/records/kept/A/revert", null, null, null, 400, "to: it is missing" },
        { "POST", "/zones/shop.test/records/kept/A/revert?to=99", null, null, null, 404, "a serial of its history" },
        { "POST", "/zones/shop.test/batch", "{\"changes\":[]}", Json, null, 400, "the batch has no changes" },
        { "POST", "/zones/shop.test/batch", "{\"changes\":[{}]}", Json, null, 400, "changes[0] is not one change" },
        { "POST", "/zones/shop.test/batch", "{\"changes\":[{\"publish\":{\"name\":\"ok\",\"type\":\"A\",\"value\":\"192.0.2.9\"}},{\"publish\":{\"name\":\"bad\",\"type\":\"A\",\"value\":\"x\"}}]}", Json, null, 400, "bad/A" },
        { "POST", "/purge", null, null, null, 415, "Content-Type: application/json" },
        { "POST", "/purge", "{\"select\":[{\"tag\":\"a\"}]}", "application/x-www-form-urlencoded", null, 415, "Content-Type: application/json" },
        { "POST", "/purge", "{}", Json, null, 400, "nothing is selected" },
        { "POST", "/purge", "null", Json, null, 400, "nothing is selected" },
        { "POST", "/purge", "{\"select\":[null]}", Json, null, 400, "select[0]: it selects nothing" },
        { "POST", "/purge", "{\"select\":[{\"url\":\"/a\",\"tag\":\"b\"}]}", Json, null, 400, "in more than one way" },
        { "POST", "/purge", "{\"select\":[{\"tag\":\"a\"}],\"mode\":\"gently\"}", Json, null, 400, "mode: 'gently' is not known" },
        { "POST", "/purge", "{\"select\":[{\"tag\":\"a\"}],\"settle\":\"x\"}", Json, null, 400, "the JSON at settle is of another kind" },
        { "POST", "/purge", "{\"select\":[{\"tag\":\"a\"}],\"zone\":\"nowhere\"}", Json, null, 404, "there is no zone" },
        { "GET", "/zones/shop.test/changes?after=x", null, null, null, 400, "is not a place in a log" },
        { "GET", "/zones/nowhere/changes", null, null, null, 404, "there is no zone" },
        { "GET", "/changes/nothing", null, null, null, 404, "there is no change 'nothing'" },
        { "GET", "/changes/shop.test:zz:1/wait", null, null, null, 404, "there is no change" },
        { "GET", "/changes/nowhere:0123456789abcdef:1/wait?timeout=soon", null, null, null, 400, "timeout: 'soon' is not taken" },
        { "GET", "/changes/nowhere:0123456789abcdef:1/wait?timeout=1h", null, null, null, 400, "at most 5s" },
        { "GET", "/explain", null, null, null, 400, "nothing to explain" },
        { "GET", "/explain?url=http://a/&name=b", null, null, null, 400, "or two things" },
        { "POST", "/replication/shop.test/states", "x", null, null, 400, "these are no keys" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_ThatIsWrong_IsRefusedInWordsAndChangesNothing(string method, string path, string? body, string? type, string? field, int status, string says)
    {
        var before = await origin.StateAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Origin.Admin + path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type ?? "text/plain");
        }

        if (field?.Split(": ", 2) is [var name, var value])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await origin.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Contains(says, string.Join(" | ", problem.RootElement.EnumerateObject().Select(m => m.Value.ToString())), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("EdgeCache.", text, StringComparison.Ordinal);
        Assert.Equal(before, await origin.StateAsync());
    }

    /// <summary>One origin for all rows, with a zone, its hosts and a record.</summary>
    public sealed class Origin : IAsyncLifetime
    {
        internal const string Admin = "http://127.0.0.1:21130";
        private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-bad-requests-").FullName;
        private ServedProgram? _program;

        internal HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

        public async ValueTask InitializeAsync()
        {
            _program = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
            using var policy = new StringContent("{\"hosts\":[\"taken.test\"]}", Encoding.UTF8, Json);
            using var zone = await Http.PutAsync($"{Admin}/zones/shop.test", policy);
            zone.EnsureSuccessStatusCode();
            using var address = new ByteArrayContent("192.0.2.1"u8.ToArray());
            using var record = await Http.PutAsync($"{Admin}/zones/shop.test/records/kept/A", address);
            record.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await (_program?.DisposeAsync() ?? default);
            Directory.Delete(_folder, recursive: true);
        }

        /// <summary>All zones, and the whole log of one.</summary>
        internal async Task<string> StateAsync() => await Http.GetStringAsync($"{Admin}/zones") + await Http.GetStringAsync($"{Admin}/zones/shop.test/changes") + await Http.GetStringAsync($"{Admin}/zones/default/changes");
    }
}
