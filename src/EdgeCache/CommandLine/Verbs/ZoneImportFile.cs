using System.Text;
using System.Text.Json;
using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Zones.Records;

namespace EdgeCache.CommandLine.Verbs;

/// <summary>A file to import: a master file, or JSON as <c>zone export --json</c> writes it. Nothing of it, or all errors with their place.</summary>
internal static class ZoneImportFile
{
    /// <summary>Longest file, bytes.</summary>
    private const int MaxLength = 64 << 20;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static async Task<(IReadOnlyList<PublishDocument> Records, bool OnlyDns, IReadOnlyList<string> Errors)> ReadAsync(string path, string zone, CancellationToken cancellation)
    {
        if (!ZoneName.TryParse(zone, out var name, out var reason))
        {
            return ([], false, [$"'{zone}' is not a zone; allowed: {reason}"]);
        }

        if (path == "-" && ClosedStreams.IsInputClosed())
        {
            return ([], false, ["standard input is closed; allowed: a file, or a pipe"]);
        }

        var shown = path == "-" ? "standard input" : path;
        var bytes = await BytesAsync(path, cancellation).ConfigureAwait(false);
        if (bytes is null)
        {
            return ([], false, [$"{shown}: too long; allowed: at most {MaxLength} bytes"]);
        }

        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            return ([], false, [$"{shown}: byte {fault.Index} is not UTF-8; allowed: a master file or JSON in UTF-8"]);
        }

        return text.AsSpan().TrimStart() is ['{', ..] ? Json(shown, text) : await MasterAsync(path, shown, text, name, cancellation).ConfigureAwait(false);
    }

    private static (IReadOnlyList<PublishDocument>, bool, IReadOnlyList<string>) Json(string shown, string text)
    {
        try
        {
            var records = JsonSerializer.Deserialize<RecordList>(text, EdgeCacheClient.Json)?.Records ?? [];
            return ([.. records.Where(r => !r.IsDeleted).Select(r => new PublishDocument
            {
                Name = r.Name, Type = r.Type, Value = r.Value, Base64 = r.Base64, Ttl = r.Ttl, Tags = r.Tags, ContentType = r.Type == RecordKey.Doc ? r.ContentType : null,
            })], false, []);
        }
        catch (JsonException fault)
        {
            return ([], false, [$"{shown}:{fault.LineNumber + 1}: {fault.Message}; allowed: the JSON that zone export --json prints"]);
        }
    }

    private static async Task<(IReadOnlyList<PublishDocument>, bool, IReadOnlyList<string>)> MasterAsync(string path, string shown, string text, ZoneName zone, CancellationToken cancellation)
    {
        var folder = path == "-" ? Directory.CreateTempSubdirectory("edgecache-import-") : null;
        try
        {
            if (folder is not null)
            {
                path = Path.Combine(folder.FullName, "zone");
                await File.WriteAllTextAsync(path, text, cancellation).ConfigureAwait(false);
            }

            var file = ZoneFile.Read(path, zone);
            return ([.. file.ToRecords().Select(r => new PublishDocument { Name = r.Key.Name, Type = r.Key.Type, Ttl = r.Ttl, Value = r.Value })],
                true,
                [.. file.Errors.Select(e => e.ToString()!.Replace(path, shown, StringComparison.Ordinal))]); // An error always has a text.
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    private static async Task<byte[]?> BytesAsync(string path, CancellationToken cancellation)
    {
        using var input = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        using var buffer = new MemoryStream();
        var piece = new byte[64 * 1024];
        int read;
        while ((read = await input.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0)
        {
            if (buffer.Length + read > MaxLength)
            {
                return null;
            }

            buffer.Write(piece, 0, read);
        }

        return buffer.ToArray();
    }
}
