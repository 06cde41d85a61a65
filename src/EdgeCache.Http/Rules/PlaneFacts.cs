using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Rules;

/// <summary>
/// What the propagation plane says when a stored response is about to be used. <c>default</c>: no floor above it, plane healthy.
/// A reader above <c>eventual</c> passes <see cref="FloorVerdict.Soft"/> for <see cref="FloorVerdict.SoftRevalidate"/> (PLANE.md 16).
/// </summary>
/// <param name="Floor">The floors' verdict.</param>
/// <param name="Health">How far this node may rely on what it knows.</param>
/// <param name="DegradedSeconds">While lagging: longest time after its fill that content under origin authority counts as fresh.</param>
internal readonly record struct PlaneFacts(FloorVerdict Floor = FloorVerdict.None, PlaneHealth Health = PlaneHealth.Healthy, uint DegradedSeconds = 0)
{
    /// <summary>Nothing stands against reuse.</summary>
    public static PlaneFacts Clear { get; }
}
