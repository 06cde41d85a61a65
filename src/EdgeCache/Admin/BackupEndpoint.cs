using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>GET /backup</c>: the embedded store as one file, consistent, while it is in use.</summary>
internal static class BackupEndpoint
{
    private static readonly SemaphoreSlim One = new(1);

    public static void MapBackup(this IEndpointRouteBuilder app, AdminParts parts) =>
        app.MapGet("/backup", (CancellationToken cancellation) => CopyAsync(parts, cancellation));

    private static async Task<IResult> CopyAsync(AdminParts parts, CancellationToken cancellation)
    {
        if (!await One.WaitAsync(TimeSpan.Zero, cancellation).ConfigureAwait(false))
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "a backup is being made already", null, "try again when it is done");
        }

        var path = Path.Combine(Path.GetTempPath(), $"edgecache-{Guid.NewGuid():N}.db");
        try
        {
            return await parts.Store.TryBackupAsync(path, cancellation).ConfigureAwait(false)
                ? Results.Stream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous), "application/vnd.sqlite3")
                : Problem.Of(StatusCodes.Status409Conflict, "this store keeps no file to copy", null, "an origin with --data; a Redis is backed up by its own means");
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            One.Release();
        }
    }
}
