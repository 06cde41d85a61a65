using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Simulation.Resolving;

/// <summary>
/// What the right answer to each question was after each change, in the order in which the store took them: the real authority's word on the store's own records. A log that lost its tail goes on as a
/// further state, so that what was lost counts as old.
/// </summary>
internal sealed class ZoneTruth(TimeProvider time)
{
    private readonly List<State> _states = [];
    private readonly Dictionary<(Epoch, long), int> _index = [];

    /// <summary>The number of the present state.</summary>
    public int Now => _states.Count - 1;

    /// <summary>A change was committed, or the log goes on elsewhere. <paramref name="announced"/>: how long answers from before may live.</summary>
    public void Add(ZoneView view, TimeSpan at, Announcement announced)
    {
        // Made with its projection.
        var answers = ResolverScenario.Questions.Select(q => Answer(view.Projection<ZoneSnapshot>()!, q)).ToArray();
        _index[(view.Epoch, view.Serial)] = _states.Count;
        _states.Add(new State(at, answers, announced));
    }

    /// <summary>The state a node shows; null when the store has lost it since, or it is between two.</summary>
    public int? Of(ZoneView view) => _index.TryGetValue((view.Epoch, view.Serial), out var state) ? state : null;

    /// <summary>The latest state at which an answer was right; null: never.</summary>
    public int? LastRight(int question, string answer)
    {
        for (var i = Now; i >= 0; i--)
        {
            if (_states[i].Answers[question] == answer)
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>When a state came into being.</summary>
    public TimeSpan At(int state) => _states[state].At;

    /// <summary>How long answers from before a state may live.</summary>
    public Announcement Announced(int state) => _states[state].Announced;

    /// <summary>The real authority's answer from a snapshot, without what changes by itself: TTLs and serials.</summary>
    private string Answer(ZoneSnapshot zone, Asked asked)
    {
        var reply = SimulatedAuthority.Reply(new FixedZone(zone), UpstreamQuestion.Write(SimulatedAuthority.Form(asked, wantsVersion: false), new Random(1)), time);
        return ReplyContent.TryRead(reply, out var content) && content is not null ? Text(ReplyJudge.Judge(zone.Apex, asked, recursive: false, content)) : "unreadable";
    }

    /// <summary>A judged reply as it is compared.</summary>
    public static string Text(JudgedReply reply) => reply.Kind == ReplyKind.NoName ? "no name" : reply.Kind == ReplyKind.NoData ? "no data" : Text(reply.Chain);

    /// <summary>Records as they are compared.</summary>
    public static string Text(IReadOnlyList<OwnedSet> sets)
    {
        var text = new StringBuilder();
        foreach (var set in sets)
        {
            text.Append(text.Length > 0 ? "; " : "").Append(set.Owner.ToString()).Append(' ').Append(RecordSetText.Format(set.Set));
        }

        return text.ToString();
    }

    private sealed record State(TimeSpan At, string[] Answers, Announcement Announced);
}
