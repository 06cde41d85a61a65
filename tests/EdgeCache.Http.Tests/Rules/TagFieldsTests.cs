using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class TagFieldsTests
{
    [Fact]
    public void Read_EachField_IsSeparatedItsOwnWay()
    {
        var tags = TagFields.Read(Given.Lines("Cache-Tag: a, b c ,,a", "Cache-Tag: d", "Surrogate-Key: e f  g", "Cache-Groups: \"x\", \"y z\";p, tok"));

        Assert.Equal(["a", "b c", "d", "e", "f", "g"], tags.Tags);
        Assert.Equal(["x", "y z"], tags.Groups);
        Assert.False(tags.IsOverLimit);
    }

    [Fact]
    public void Read_AThousandTagsOfSixteenKibibytes_Fit()
    {
        var line = "Cache-Tag: " + string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"{i:D16}"));

        var tags = TagFields.Read(Given.Lines(line));

        Assert.Equal(1_000, tags.Tags.Length);
        Assert.False(tags.IsOverLimit);
    }

    [Theory]
    [InlineData(TagFields.MaxTags + 1, 4)]
    [InlineData(10, TagFields.MaxCharacters)]
    public void Read_TooMany_IsReportedAndNotStored(int count, int length)
    {
        var line = "Cache-Tag: " + string.Join(',', Enumerable.Range(0, count).Select(i => i.ToString().PadLeft(length, 'x')));

        Assert.True(TagFields.Read(Given.Lines(line)).IsOverLimit);
        Assert.Equal(CacheReason.TagLimit, Storability.Decide(RequestFacts.PlainGet, Given.Response(line, "Cache-Control: max-age=60")).Reason);
    }

    [Fact]
    public void InvalidatedGroups_Field_IsAListOfStrings()
    {
        Assert.Equal(["a", "b"], TagFields.InvalidatedGroups(Given.Lines("Cache-Group-Invalidation: \"a\"", "Cache-Group-Invalidation: \"b\"")));
        Assert.Empty(TagFields.InvalidatedGroups(Given.Lines("Cache-Group-Invalidation: \"a\", ")));
    }
}
