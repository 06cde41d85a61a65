using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>This origin is a read replica: it follows a primary, which alone takes writes.</summary>
internal sealed class ReplicaOptions : IValidatableObject
{
    /// <summary>The admin API of the primary.</summary>
    [Required(ErrorMessage = "a replica needs its primary's admin API | http://HOST:PORT"), Address(AddressKind.HttpServer)]
    public string? Of { get; set; }

    /// <summary>A file whose first line is the token of that API.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Each change waits so long before it is taken over.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What becomes of a write that comes here.</summary>
    public ReplicaWrites Writes { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => AsReplication().Validate(validationContext);

    /// <summary>The replication it comes down to.</summary>
    public ReplicationOptions AsReplication() => new() { From = Of, TokenFile = TokenFile, Delay = Delay };
}

/// <summary>What a replica does with a write.</summary>
internal enum ReplicaWrites
{
    /// <summary>Says where the primary is.</summary>
    Refuse,

    /// <summary>Passes it on to the primary, and its answer back.</summary>
    Forward,
}
