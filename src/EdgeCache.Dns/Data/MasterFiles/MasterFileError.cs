namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>What is wrong in a zone's master file, and where: line and column count from 1, the column in octets.</summary>
public sealed record MasterFileError(string File, int Line, int Column, string Reason)
{
    /// <summary><c>file:line:column: reason</c>, as compilers write it.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Reason}";
}
