using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

public sealed class AnswerLifetimeTests
{
    private const string Question = "0161000001" + "0001"; // a. A IN
    private const string Soa = "000006000100000E10" + "0016" + "0000" + "0000000100000001000000010000000100000020"; // TTL 3600, last field 32

    [Theory]
    [InlineData("123481800001000200000000" + Question + "C00C00010001000000500004C0000201" + "C00C00010001000000400004C0000202", 0x40)] // the lowest
    [InlineData("123481800001000100010000" + Question + "C00C00010001000000500004C0000201" + "00000200010000000100010" + "0", 0x50)] // the authority section does not count
    [InlineData("123481830001000000010000" + Question + Soa, 32)] // NXDOMAIN
    [InlineData("123481800001000000010000" + Question + Soa, 32)] // no data
    [InlineData("123481800001000000000000" + Question, null)] // nothing said
    [InlineData("123481820001000000000000" + Question, null)] // SERVFAIL
    [InlineData("123483800001000100000000" + Question + "C00C00010001000000500004C0000201", null)] // cut
    [InlineData("123481800001000200000000" + Question + "C00C00010001000000500004C0000201", null)] // a record is missing
    [InlineData("123481800001000100000000" + Question + "C00C00010001800000000004C0000201", 0)] // the high bit: zero (RFC 2181)
    [InlineData("1234", null)]
    public void Of_Table(string hex, int? seconds) => Assert.Equal((uint?)seconds, AnswerLifetime.Of(Convert.FromHexString(hex)));
}
