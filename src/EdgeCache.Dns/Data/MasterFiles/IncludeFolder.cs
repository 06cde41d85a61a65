namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>Reads the files of one folder and of no other: a zone file must not be able to quote the machine's other files in error messages.</summary>
internal sealed class IncludeFolder
{
    private readonly string _folder;

    public IncludeFolder(string folder) => _folder = Resolve(Path.GetFullPath(folder));

    /// <summary>The octets of a file named relative to the folder, or a reason.</summary>
    public byte[]? Read(string name, out string? reason)
    {
        reason = null;
        try
        {
            string path = Path.GetFullPath(Path.Combine(_folder, name));
            string target = Resolve(path);
            string inside = Path.EndsInDirectorySeparator(_folder) ? _folder : _folder + Path.DirectorySeparatorChar;
            if (!path.StartsWith(inside, StringComparison.Ordinal) || !target.StartsWith(inside, StringComparison.Ordinal))
            {
                reason = $"'{name}' lies outside the folder of the zone file";
                return null;
            }

            var info = new FileInfo(target);
            if (!info.Exists)
            {
                reason = $"'{name}' does not exist";
                return null;
            }

            if (info.Length > DataLimits.MaxMasterFile)
            {
                reason = $"'{name}' is larger than {DataLimits.MaxMasterFile} octets";
                return null;
            }

            return File.ReadAllBytes(target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reason = $"'{name}' cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>The path with the links of every part of it followed.</summary>
    private static string Resolve(string path)
    {
        string root = Path.GetPathRoot(path) ?? string.Empty;
        string resolved = root;
        foreach (string part in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            FileSystemInfo info = Directory.Exists(resolved) ? new DirectoryInfo(resolved) : new FileInfo(resolved);
            resolved = info.LinkTarget is null ? resolved : info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? resolved;
        }

        return resolved;
    }
}
