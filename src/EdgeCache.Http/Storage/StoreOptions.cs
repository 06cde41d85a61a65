using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Http.Storage;

/// <summary>How much the store may hold.</summary>
internal sealed class StoreOptions : IValidatableObject
{
    /// <summary>Bytes in all: bodies, heads, index, decoded heads and what is in flight.</summary>
    [Range(StoreLimits.MinBudget, StoreLimits.MaxBudget)]
    public long BudgetBytes { get; set; } = 256L << 20;

    /// <summary>Largest stored body; 0 means a sixteenth of the budget. A longer one is passed through.</summary>
    [Range(0, StoreLimits.MaxBudget)]
    public long MaxObjectBytes { get; set; }

    /// <summary>Stored variants of one key (Vary); the oldest is dropped for a further one.</summary>
    [Range(1, 1024)]
    public int MaxVariants { get; set; } = 32;

    /// <summary>The largest stored body.</summary>
    public long ObjectLimit => MaxObjectBytes == 0 ? BudgetBytes / 16 : MaxObjectBytes;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxObjectBytes > BudgetBytes / 4)
        {
            yield return new($"{nameof(MaxObjectBytes)} ({MaxObjectBytes}) must be at most a quarter of {nameof(BudgetBytes)} ({BudgetBytes}).", [nameof(MaxObjectBytes)]);
        }
    }
}
