using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Data.Snapshots;

public sealed class RecordSetWriterTests
{
    private const int AddressLength = 4;
    private const int RecordLength = sizeof(ushort) + RecordSet.FixedPart + AddressLength;
    private static readonly byte[] Question = "\u0003www\u0004test\0"u8.ToArray();
    private static readonly byte[] Other = "\u0003api\u0004test\0"u8.ToArray();

    private static RecordSet ThreeAddresses => RecordSet.Join(RecordType.A, 60, [[192, 0, 2, 1], [192, 0, 2, 2], [192, 0, 2, 3]]);

    /// <summary>Some programs follow one pointer only.</summary>
    [Fact]
    public void Owner_ThatIsTheQuestion_IsAPointerToItEachTime()
    {
        var message = Write(Question, ThreeAddresses, ttl: null, out int count);
        Assert.Equal(3, count);
        Assert.Equal(Start + (3 * RecordLength), message.Length);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(WireLimits.Pointer | WireLimits.HeaderLength, Number(message, Start + (i * RecordLength))));
    }

    [Fact]
    public void Owner_ThatIsNew_IsWrittenOnceAndPointedToAfterwards()
    {
        var message = Write(Other, ThreeAddresses, ttl: null, out _);
        int first = 1 + 3 + RecordLength; // Its own label, then a pointer to "test.".
        Assert.Equal(3, message[Start]);
        Assert.Equal(WireLimits.Pointer | Start, Number(message, Start + first));
        Assert.Equal(WireLimits.Pointer | Start, Number(message, Start + first + RecordLength));
    }

    [Fact]
    public void Owner_ThatIsTheRoot_IsOneOctetEachTime()
    {
        var message = Write([0], ThreeAddresses, ttl: null, out _);
        Assert.Equal(Start + (3 * (RecordLength - 1)), message.Length);
    }

    [Fact]
    public void Ttl_StandsInPlaceOfTheSetsOwn_InEachRecord()
    {
        var message = Write(Question, ThreeAddresses, ttl: 7, out _);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(7, Number(message, Start + (i * RecordLength) + 8)));
    }

    [Theory]
    [InlineData(RecordLength - 1)]
    [InlineData((3 * RecordLength) - 1)]
    public void Set_ThatDoesNotFit_LeavesTheMessageAsItWas(int room)
    {
        var message = Write(Question, ThreeAddresses, ttl: 7, out int count, room);
        Assert.Equal(0, count);
        Assert.Equal(Start, message.Length);
    }

    private static int Start => WireLimits.HeaderLength + Question.Length + (2 * sizeof(ushort));

    private static byte[] Write(byte[] owner, RecordSet set, uint? ttl, out int count, int room = 500)
    {
        var buffer = new byte[Start + room];
        Question.CopyTo(buffer, WireLimits.HeaderLength);
        var writer = new RecordSetWriter(buffer, Question, Start, new ushort[NameCompression.Slots]);
        count = writer.Add(0, owner, set, ttl);
        return buffer[..writer.Wire.Position];
    }

    private static int Number(byte[] message, int at) => (message[at] << 8) | message[at + 1];
}
