using EdgeCache.Client;
using EdgeCache.Zones.Records;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>Why a name is answered as it is: its zone, its record, where the log stands.</summary>
internal static class RecordExplanation
{
    public static async Task<IResult> MakeAsync(AdminParts parts, string name, string type, CancellationToken cancellation)
    {
        var full = name.TrimEnd('.').ToLowerInvariant();
        var directory = await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
        var owner = directory.Zones
            .Where(z => z.Zone != ZoneName.Default && (z.Zone.Value == "." || full == z.Zone.Value || full.EndsWith("." + z.Zone.Value, StringComparison.Ordinal)))
            .OrderByDescending(z => z.Zone.Value == "." ? 0 : z.Zone.Value.Length)
            .FirstOrDefault();
        if (owner is null)
        {
            return Problem.NotFound($"no zone here owns {full}");
        }

        var apex = owner.Zone.Value;
        var relative = full == apex || full.Length == 0 ? "@" : apex == "." ? full : full[..^(apex.Length + 1)];
        if (!RecordKey.TryParse(relative, type, out var key, out var error))
        {
            return Problem.BadRequest($"'{name}' with type '{type}' is not a record", error);
        }

        var record = await parts.Store.FindAsync(owner.Zone, key, cancellation).ConfigureAwait(false);
        var head = await ChangeLog.HeadAsync(parts.Store, owner.Zone, cancellation).ConfigureAwait(false);
        return Results.Json(
            new
            {
                name = full,
                zone = apex,
                key = key.ToString(),
                rule = record switch { null => "no-such-record", { IsDeleted: true } => "deleted", _ => "record" },
                record = record is null ? null : RecordText.ToDocument(record),
                log = head.Exists ? $"{apex}:{head.Epoch}:{head.Head}" : "store-lost",
                soaSerial = head.SoaSerial,
            },
            EdgeCacheClient.Json);
    }
}
