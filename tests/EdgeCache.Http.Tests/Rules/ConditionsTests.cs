using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class ConditionsTests
{
    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "W/\"a\"", true)]
    [InlineData("W/\"a\"", "W/\"a\"", true)]
    [InlineData("W/\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"b\"", false)]
    [InlineData("\"a\"", "\"b\", \"a\", \"c\"", true)]
    [InlineData("\"a\"", "\"b\"|\"a\"", true)]
    [InlineData("\"a,b\"", "\"x\", \"a,b\"", true)]
    [InlineData("\"a\\\"", "\"a\\\"", true)]
    [InlineData("\"a\"", "*", true)]
    [InlineData("", "*", true)]
    [InlineData("", "\"a\"", false)]
    [InlineData("\"a\"", "a", false)]
    [InlineData("a", "a", true)]
    [InlineData("\"\"", "\"\"", true)]
    [InlineData("\"aü\"", "\"aü\"", true)]
    public void Evaluate_IfNoneMatch_ComparesWeakly(string etag, string condition, bool notModified)
    {
        var stored = Given.Stored("Cache-Control: max-age=60", etag.Length == 0 ? "" : "ETag: " + etag);

        var outcome = Conditions.Evaluate(stored, etag.Length == 0 ? null : etag, condition.Split('|'), default, Given.Now);

        Assert.Equal(notModified, outcome == ConditionOutcome.NotModified);
    }

    [Theory]
    [InlineData("Last-Modified: @-3000", -3000, true)]
    [InlineData("Last-Modified: @-3000", -2000, true)]
    [InlineData("Last-Modified: @-3000", -3001, false)]
    [InlineData("Date: @0", 0, true)]
    [InlineData("Date: @0", -1, false)]
    public void Evaluate_IfModifiedSince_ComparesDates(string line, long since, bool notModified)
    {
        var stored = Given.Stored(FreshnessTests.Expand("Cache-Control: max-age=60|" + line));

        Assert.Equal(notModified, Conditions.Evaluate(stored, null, default, Given.Date(since), Given.Now) == ConditionOutcome.NotModified);
    }

    [Fact]
    public void Evaluate_BothConditions_IfNoneMatchAloneCounts()
    {
        var stored = Given.Stored("Cache-Control: max-age=60", "ETag: \"a\"", $"Last-Modified: {Given.Date(-5000)}");

        Assert.Equal(ConditionOutcome.NotModified, Conditions.Evaluate(stored, "\"a\"", "\"a\"", Given.Date(-9000), Given.Now));
        Assert.Equal(ConditionOutcome.Full, Conditions.Evaluate(stored, "\"a\"", "\"b\"", Given.Date(0), Given.Now));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(301)]
    public void Evaluate_StoredAnswerWithoutSuccess_IgnoresConditions(int status) =>
        Assert.Equal(ConditionOutcome.Full, Conditions.Evaluate(Given.Stored(Given.Response(status, "Cache-Control: max-age=60", "ETag: \"a\"")), "\"a\"", "*", default, Given.Now));

    [Fact]
    public void Evaluate_BadOrRepeatedDate_IsIgnored()
    {
        var stored = Given.Stored("Cache-Control: max-age=60", $"Last-Modified: {Given.Date(-5000)}");

        Assert.Equal(ConditionOutcome.Full, Conditions.Evaluate(stored, null, default, "yesterday", Given.Now));
        Assert.Equal(ConditionOutcome.Full, Conditions.Evaluate(stored, null, default, new[] { Given.Date(), Given.Date() }, Given.Now));
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"b\"", false)]
    [InlineData("W/\"a\"", "W/\"a\"", false)]
    [InlineData("\"a\"", "W/\"a\"", false)]
    [InlineData("a", "a", false)]
    [InlineData("\"a\"", "@-3000", true)]
    [InlineData("\"a\"", "@-2999", false)]
    public void IfRangeHolds_Validator_ComparesStrongly(string etag, string ifRange, bool holds)
    {
        var stored = Given.Stored("Cache-Control: max-age=60", "ETag: " + etag, $"Last-Modified: {Given.Date(-3000)}");
        var value = ifRange.StartsWith('@') ? Given.Date(long.Parse(ifRange[1..])) : ifRange;

        Assert.Equal(holds, Conditions.IfRangeHolds(stored, etag, value, Given.Now));
    }

    [Fact]
    public void IfRangeHolds_LastModifiedJustBeforeDate_IsNotStrong()
    {
        var stored = Given.Stored("Cache-Control: max-age=60", $"Last-Modified: {Given.Date(-10)}");

        Assert.False(Conditions.IfRangeHolds(stored, null, Given.Date(-10), Given.Now));
    }
}
