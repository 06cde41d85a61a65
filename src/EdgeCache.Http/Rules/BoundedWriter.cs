using System.Text;

namespace EdgeCache.Http.Rules;

/// <summary>Writes bytes into a span; once something did not fit, <see cref="IsFull"/> stays set and the content is of no use.</summary>
internal ref struct BoundedWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>True when something did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[..Length];

    /// <summary>Appends a byte.</summary>
    public void Append(byte value)
    {
        if (Length >= _destination.Length)
        {
            IsFull = true;
            return;
        }

        _destination[Length++] = value;
    }

    /// <summary>Appends bytes.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (!bytes.TryCopyTo(_destination[Length..]))
        {
            IsFull = true;
            return;
        }

        Length += bytes.Length;
    }

    /// <summary>Appends text as UTF-8.</summary>
    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (!Encoding.UTF8.TryGetBytes(text, _destination[Length..], out var written))
        {
            IsFull = true;
            return;
        }

        Length += written;
    }

    /// <summary>Takes back everything behind a length.</summary>
    public void Truncate(int length) => Length = Math.Min(length, Length);
}
