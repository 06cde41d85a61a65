using System.Security.Cryptography;
using System.Text;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;

namespace EdgeCache.Admin;

/// <summary>A record as JSON.</summary>
internal static class RecordText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static RecordDocument ToDocument(Record record, string? reason = null)
    {
        var text = record.IsDeleted ? null : AsText(record.Value.Span);
        var concurrent = ConcurrentValues.Of(record);
        return new RecordDocument
        {
            Name = record.Key.Name,
            Type = record.Key.Type,
            Value = text,
            Base64 = record.IsDeleted || text is not null ? null : Convert.ToBase64String(record.Value.Span),
            ContentType = record.IsDeleted ? null : record.ContentType,
            Ttl = record.Ttl,
            Tags = record.Tags,
            ETag = record.ETag,
            Serial = record.Version.Serial,
            Origin = record.Version.Origin,
            CommittedAt = record.CommittedAt,
            IsDeleted = record.IsDeleted,
            Digest = Convert.ToHexStringLower(SHA256.HashData(record.Value.Span)),
            Reason = reason,
            Siblings = concurrent is { IsContested: true } ? [.. concurrent.Values.Select(v => ToDocument(v))] : null,
            Context = concurrent is { IsContested: true } ? concurrent.Context.ToString() : null,
        };
    }

    private static string? AsText(ReadOnlySpan<byte> value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
