using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>What a Range field asks of a stored body.</summary>
internal enum RangeOutcome : byte
{
    /// <summary>No range, or one that is ignored: answer 200 with the whole body.</summary>
    Whole,

    /// <summary>206 with the selected ranges.</summary>
    Partial,

    /// <summary>416 with <c>Content-Range: bytes */length</c>.</summary>
    Unsatisfiable,
}

/// <summary>Reads Range (RFC 9110 §14.2) against a complete stored body of a 200 response to GET. Conditions and If-Range are checked before.</summary>
internal static class RangeSelection
{
    /// <summary>Most ranges answered; a request for more gets the whole body (§14.2 lets a server ignore such).</summary>
    public const int MaxRanges = 16;

    /// <summary>Most ranges that may overlap one another before the request is ignored (§14.2: more than two is suspicious).</summary>
    private const int MaxOverlapping = 2;

    /// <summary>Decides; <paramref name="ranges"/> has the parts in the order asked.</summary>
    public static RangeOutcome Select(StringValues range, long completeLength, out IReadOnlyList<ByteRange> ranges)
    {
        ranges = [];
        if (range.Count != 1 || !TryUnit(range[0], out var rest))
        {
            return RangeOutcome.Whole;
        }

        var selected = new List<ByteRange>();
        var asked = 0;
        while (FieldSyntax.TryNextMember(ref rest, out var spec))
        {
            if (++asked > MaxRanges || !TrySpec(spec, completeLength, out var part))
            {
                return RangeOutcome.Whole;
            }

            if (part is { } found)
            {
                selected.Add(found);
            }
        }

        if (asked == 0 || (completeLength == 0 && selected.Count > 0) || Overlapping(selected) > MaxOverlapping)
        {
            return RangeOutcome.Whole;
        }

        ranges = selected;
        return selected.Count == 0 ? RangeOutcome.Unsatisfiable : RangeOutcome.Partial;
    }

    private static bool TryUnit(ReadOnlySpan<char> value, out ReadOnlySpan<char> rest)
    {
        const string unit = "bytes=";
        value = FieldSyntax.Trim(value);
        rest = value.StartsWith(unit, StringComparison.OrdinalIgnoreCase) ? value[unit.Length..] : default;
        return !rest.IsEmpty;
    }

    /// <summary>False when the text is no range at all; a range that the body cannot satisfy gives null.</summary>
    private static bool TrySpec(ReadOnlySpan<char> spec, long length, out ByteRange? part)
    {
        part = null;
        var dash = spec.IndexOf('-');
        if (dash < 0 || !TryPosition(spec[..dash], out var first) || !TryPosition(spec[(dash + 1)..], out var last))
        {
            return false;
        }

        if (first is null)
        {
            // The last so many bytes; of an empty body that is nothing, and nothing cannot be named in Content-Range.
            var suffix = Math.Min(last ?? 0, length);
            part = last > 0 ? new(length - suffix, suffix) : null;
            return last is not null;
        }

        if (last < first)
        {
            return false;
        }

        part = first < length ? new(first.Value, Math.Min(last ?? long.MaxValue, length - 1) - first.Value + 1) : null;
        return true;
    }

    /// <summary>Empty is null; digits saturate.</summary>
    private static bool TryPosition(ReadOnlySpan<char> text, out long? position)
    {
        position = null;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            var value = position ?? 0;
            position = value > (long.MaxValue - 9) / 10 ? long.MaxValue : (value * 10) + (c - '0');
        }

        return true;
    }

    private static int Overlapping(List<ByteRange> ranges)
    {
        var count = 0;
        for (var i = 0; i < ranges.Count; i++)
        {
            for (var j = 0; j < ranges.Count; j++)
            {
                if (i != j && ranges[i].First <= ranges[j].Last && ranges[j].First <= ranges[i].Last)
                {
                    count++;
                    break;
                }
            }
        }

        return count;
    }
}
