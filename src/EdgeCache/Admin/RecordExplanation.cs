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
        var path = directory.Zones.Select(z => z.Zone).Where(z => z != ZoneName.Default && DnsWalk.IsUnder(full, z)).OrderBy(z => z.Value == "." ? 0 : z.Value.Length).ToList();
        if (path.Count == 0)
        {
            return Problem.Of(StatusCodes.Status404NotFound, $"no zone here owns {full}", null, "a name under a zone of GET /zones");
        }

        var owner = path[^1];
        if (!RecordKey.TryParse(DnsWalk.Relative(full, owner), type, out var key, out var error))
        {
            return Problem.BadRequest($"'{name}' with type '{type}' is not a record", error);
        }

        var record = await parts.Store.FindAsync(owner, key, cancellation).ConfigureAwait(false);
        var head = await ChangeLog.HeadAsync(parts.Store, owner, cancellation).ConfigureAwait(false);
        return Results.Json(
            new
            {
                name = full,
                zone = owner.Value,
                key = key.ToString(),
                rule = record switch { null => "no-such-record", { IsDeleted: true } => "deleted", _ => "record" },
                record = record is null ? null : RecordText.ToDocument(record),
                log = head.Exists ? $"{owner}:{head.Epoch}:{head.Head}" : "store-lost",
                soaSerial = head.SoaSerial,
                walk = await DnsWalk.MakeAsync(parts.Store, path, key, cancellation).ConfigureAwait(false),
            },
            EdgeCacheClient.Json);
    }
}
