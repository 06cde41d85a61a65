using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Nodes;

namespace EdgeCache.Zones.Following;

/// <summary>How a node follows. The defaults are the ones the documents name.</summary>
public sealed class FollowerOptions
{
    /// <summary>The node's name, unique in the deployment.</summary>
    [Required]
    [StringLength(64, MinimumLength = 1)]
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = "{0} is letters, digits, '.', '_', '-'")]
    public string Node { get; set; } = "";

    /// <summary><c>edge</c>, <c>resolver</c>, <c>origin</c>…</summary>
    [Required]
    public string Role { get; set; } = "edge";

    /// <summary>What this node's caches can be covered by.</summary>
    public FloorInterest Interest { get; set; } = FloorInterest.Pages;

    /// <summary>Time between polls of a shard when no hint says otherwise.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A tick older than this means that the process may have slept (PLANE.md 19).</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan TickLimit { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A poll without an answer for so long has failed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between attempts while the store cannot be reached.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan BackOffLimit { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A poll that a hint asked for waits up to so long, by chance, so that a thousand followers do not ask at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan CatchUpJitter { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>A zone that must be read anew waits up to so long, by chance; not for the first read.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan ResyncJitter { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// After a zone had to be read anew, so long may pages be served that purges of in between may cover (PLANE.md 6), from the moment they were last known to be right; named as possibly old, and to
    /// <c>eventual</c> readers only. 0: they count as purged at once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DoubtLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Says where it stands, and so is waited for. A node that does not apply changes of records has nothing to promise.</summary>
    public bool Reports { get; set; } = true;

    /// <summary>After an entry was applied, so long until the node says so; more entries in between are said together.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan ReportDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Where entries come in a storm, so long from one report to the next: each costs as much as some dozen purges. Short enough that
    /// <see cref="NodeReport.MaxRecent"/> marks cover it at a thousand entries a second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan ReportSpacing { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Entries asked for in one poll.</summary>
    [Range(1, 100_000)]
    public int MaxEntriesPerPoll { get; set; } = 1_000;

    /// <summary>Asked at each report for what the node says of its work; null: nothing.</summary>
    public Func<NodeWork?>? Work { get; set; }

    /// <summary>Ticks come from the time provider's timers instead of a thread: only where time is virtual.</summary>
    internal bool TickOnTimer { get; set; }

#if DEBUG
    /// <summary>Test builds only: apply whatever a hint brings, to show that tests notice.</summary>
    public bool TrustsEveryHint { get; set; }

    /// <summary>Test builds only: go on after a resync as if nothing had been missed.</summary>
    public bool ResyncsWithoutFloor { get; set; }

    /// <summary>Test builds only: entries raise no floors.</summary>
    public bool RaisesNoFloors { get; set; }

    /// <summary>Test builds only: a node that hears nothing counts as healthy.</summary>
    public bool NeverLags { get; set; }
#endif

    /// <summary>The first wait after a failure.</summary>
    internal TimeSpan BackOffFirst { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Time between ticks.</summary>
    internal TimeSpan TickInterval => TickLimit / 5;
}
