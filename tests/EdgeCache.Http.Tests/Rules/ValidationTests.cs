using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class ValidationTests
{
    [Fact]
    public void Conditions_StoredValidators_AreBothSent() => Assert.Equal(
        ["If-None-Match: W/\"a\"", "If-Modified-Since: x"],
        Validation.Conditions(Given.Lines("ETag: W/\"a\"", "Last-Modified: x", "Server: y")).Select(l => $"{l.Name}: {l.Value}"));

    [Theory]
    [InlineData(304, "", false, "Current")]
    [InlineData(304, "ETag: \"a\"", true, "Current")]
    [InlineData(304, "ETag: W/\"a\"", true, "Current")]
    [InlineData(304, "ETag: \"b\"", false, "Current")]
    [InlineData(304, "ETag: \"b\"", true, "Doubtful")]
    [InlineData(304, "Vary: Accept", false, "Current")]
    [InlineData(304, "Vary: Cookie", false, "Doubtful")]
    [InlineData(304, "Vary: *", false, "Doubtful")]
    [InlineData(200, "ETag: \"a\"", false, "Replaced")]
    [InlineData(404, "", false, "Replaced")]
    [InlineData(501, "", false, "Replaced")]
    [InlineData(500, "", false, "Failed")]
    [InlineData(503, "", false, "Failed")]
    public void Read_Answer_SaysWhatHappened(int status, string line, bool belowFloor, string outcome)
    {
        var stored = Given.Response("ETag: \"a\"", "Vary: accept");

        Assert.Equal(outcome, Validation.Read(stored, Given.Response(status, line), belowFloor).ToString());
    }

    [Theory]
    [InlineData("ETag: W/\"a\"", true)]
    [InlineData("Last-Modified: @-60", true)]
    [InlineData("Last-Modified: @-59", false)]
    [InlineData("", false)]
    public void IsTrustworthyBelowFloor_NeedsAStrongDateOrATag(string line, bool trusted) =>
        Assert.Equal(trusted, Validation.IsTrustworthyBelowFloor(Given.Stored(FreshnessTests.Expand(line))));

    [Fact]
    public void Merge_NotModified_ReplacesWhatItNamesAndKeepsTheBodysOwn()
    {
        var stored = Given.Lines("Date: old", "ETag: \"a\"", "Content-Length: 5", "Content-Encoding: gzip", "Content-Type: text/a", "Keep: 1", "X: 1", "X: 2", "Vary: a");
        var received = Given.Lines(
            "Date: new", "ETag: \"b\"", "Content-Length: 0", "Content-Encoding: br", "content-type: text/b", "X: 3", "Vary: b", "Connection: Hop", "Hop: 1",
            "Transfer-Encoding: chunked", "Age: 7");

        var merged = FieldUpdate.Merge(stored, received, default).Select(l => $"{l.Name}: {l.Value}");

        Assert.Equal(
            ["ETag: \"a\"", "Content-Length: 5", "Content-Encoding: gzip", "Keep: 1", "Vary: a", "Date: new", "content-type: text/b", "X: 3"], merged);
    }

    [Fact]
    public void OfFreshness_LeavesWhatSpeaksOfARepresentation() => Assert.Equal(
        ["Date", "Cache-Control", "CDN-Cache-Control", "Expires"],
        FieldUpdate.OfFreshness(Given.Lines("Date: d", "ETag: \"b\"", "Cache-Control: max-age=1", "CDN-Cache-Control: max-age=2", "Expires: e", "Last-Modified: m", "X: 1", "Content-Type: t")).Select(l => l.Name));

    [Fact]
    public void Merge_NewlyWithheldField_LeavesTheStore() => Assert.Equal(
        ["B", "Cache-Control"],
        FieldUpdate.Merge(Given.Lines("A: 1", "B: 1"), Given.Lines("Cache-Control: private=\"a\"", "A: 2"), ResponseDirectivesParser.Parse("private=\"a\"")).Select(l => l.Name));

    [Theory]
    [InlineData(200, "", "Update")]
    [InlineData(200, "ETag: \"a\"|Content-Length: 5", "Update")]
    [InlineData(200, "ETag: \"b\"", "Invalidate")]
    [InlineData(200, "Content-Length: 6", "Invalidate")]
    [InlineData(200, "Last-Modified: @-5", "Invalidate")]
    [InlineData(410, "", "None")]
    [InlineData(304, "", "None")]
    public void HeadUpdate_Answer_UpdatesOrInvalidates(int status, string lines, string effect)
    {
        var stored = Given.Lines("ETag: \"a\"", "Content-Length: 5", $"Last-Modified: {Given.Date(-9)}");
        var answer = Given.Lines(FreshnessTests.Expand(lines));

        var found = HeadUpdate.Of(ResponseFactsReader.Read(200, stored, Given.Now), stored, ResponseFactsReader.Read(status, answer, Given.Now), answer);

        Assert.Equal(effect, found.ToString());
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("W/\"a\"", "W/\"a\"", false)]
    [InlineData("\"a\"", "\"b\"", false)]
    public void HeadUpdate_LiftsOverFloor_OnlyByAnEqualStrongTag(string own, string given, bool lifts) =>
        Assert.Equal(lifts, HeadUpdate.LiftsOverFloor(Given.Response("ETag: " + own), Given.Response("ETag: " + given)));

    [Fact]
    public void Select_Fields_OfTheConnectionAndWithheldOnesAreNotStored()
    {
        var lines = Given.Lines(
            "Connection: a, close", "A: 1", "Keep-Alive: x", "TE: x", "Trailer: x", "Upgrade: x", "Proxy-Connection: x", "Proxy-Authenticate: x",
            "Proxy-Authentication-Info: x", "Proxy-Authorization: x", "Transfer-Encoding: chunked", "Age: 3", "Cache-Control: no-cache=\"b\"", "B: 1", "C: 1", "Set-Cookie: s=1");

        var stored = StoredFields.Select(lines, Given.Response([.. lines.Select(l => $"{l.Name}: {l.Value}")]).Directives);

        Assert.Equal(["Cache-Control", "C", "Set-Cookie"], stored.Select(l => l.Name));
    }
}
