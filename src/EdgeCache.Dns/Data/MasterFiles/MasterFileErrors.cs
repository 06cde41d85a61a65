using EdgeCache.Dns.Data.Text;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>Collects errors over a file and its includes; those above the limit are counted only.</summary>
internal sealed class MasterFileErrors
{
    private readonly List<MasterFileError> _errors = [];

    public int Count { get; private set; }

    public void Add(string file, ReadOnlySpan<byte> text, PresentationFault fault)
    {
        Count++;
        if (Count > DataLimits.MaxReportedErrors)
        {
            return;
        }

        ReadOnlySpan<byte> before = text[..Math.Clamp(fault.Offset, 0, text.Length)];
        int line = before.Count((byte)'\n') + 1;
        int column = before.Length - before.LastIndexOf((byte)'\n');
        _errors.Add(new MasterFileError(file, line, column, fault.Reason ?? "malformed"));
    }

    public IReadOnlyList<MasterFileError> ToList()
    {
        int more = Count - _errors.Count;
        return more == 0 ? _errors : [.. _errors, new MasterFileError(_errors[^1].File, _errors[^1].Line, 1, $"and {more} errors more")];
    }
}
