using System.Net;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// How a server is asked: for how many quarters of the usual time it is waited for, and whether it is the last time, and so without what may have kept it silent.
/// </summary>
internal readonly record struct AskManner(int Quarters, bool IsPlainest);

/// <summary>
/// The servers that may be asked one question, in the order of their promise: those asked least first, then lame and dead ones last, then by round-trip time
/// with some chance in it. Used by one question at a time.
/// </summary>
internal sealed class Candidates
{
    /// <summary>Servers within this many milliseconds of each other are taken in random order, so that a forger cannot know which is asked.</summary>
    private const double Band = 40;

    private const int Crowd = 4;

    /// <summary>Of patience: the usual time, twice and four times it. A server that is far away (a satellite's round trip is 600 ms) answers the later tries and is known from then on.</summary>
    private const int Usual = 4;
    private const int Patient = 8;
    private const int MostPatient = 16;
    private const double LastResort = 1_000_000;
    private readonly List<Candidate> _all = [];
    private readonly ServerBook _book;
    private readonly Random _random;
    private readonly DomainName _zone;
    private readonly bool _isMinimised;

    /// <param name="book">What is known of servers.</param>
    /// <param name="random">Chance.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="isMinimised">The whole name is asked for afterwards, so that patience can wait until then.</param>
    public Candidates(ServerBook book, Random random, DomainName zone, bool isMinimised)
    {
        _isMinimised = isMinimised;
        _book = book;
        _random = random;
        _zone = zone;
    }

    public bool Add(IPEndPoint server)
    {
        if (_all.Exists(c => c.Server.Equals(server)))
        {
            return false;
        }

        bool isDead = _book.Of(server).IsDead(_book.Now);
        bool isLast = isDead || _book.IsLame(server, _zone);
        _all.Add(new Candidate(server)
        {
            Cost = _book.Of(server).RoundTrip + (_random.Next(0, 1_000) * Band / 1_000) + (isLast ? LastResort : 0),
            IsDead = isDead,
            TriesLeft = isDead ? 1 : ResolverLimits.TriesPerServer,
        });
        return true;
    }

    /// <summary>Whom to ask next; null when nobody is left.</summary>
    public IPEndPoint? Next(out AskManner manner)
    {
        Candidate? best = null;
        foreach (Candidate candidate in _all)
        {
            if (candidate.TriesLeft > 0 && (best is null || candidate.CompareTo(best) < 0))
            {
                best = candidate;
            }
        }

        manner = default;
        if (best is null)
        {
            return null;
        }

        // While many wait to be asked for the first time, none is waited for long.
        int waiting = best.Tries == 0 ? _all.Count(static c => c.Tries == 0) : 0;
        int quarters = waiting > Crowd * 2 ? Usual / 4 : waiting > Crowd ? Usual / 2 : PatienceWith(best);
        best.Tries++;
        best.TriesLeft--;
        manner = new AskManner(quarters, quarters >= Usual && best.TriesLeft == 0);
        return best.Server;
    }

    private int PatienceWith(Candidate server) => server switch
    {
        { IsDead: true } => _isMinimised ? Usual : MostPatient,
        { Tries: 0 } => Usual,
        { Tries: 1 } => Patient,
        _ => _isMinimised ? Usual : MostPatient,
    };

    /// <summary>It has said what it had to say.</summary>
    public void Drop(IPEndPoint server) => _all.Find(c => c.Server.Equals(server))!.TriesLeft = 0; // It came from Next.

    private sealed class Candidate(IPEndPoint server) : IComparable<Candidate>
    {
        public IPEndPoint Server { get; } = server;

        public double Cost { get; init; }

        public bool IsDead { get; init; }

        public int Tries { get; set; }

        public int TriesLeft { get; set; }

        public int CompareTo(Candidate? other)
        {
            // Last resorts wait until the others have had all their tries.
            bool isLast = Cost >= LastResort;
            bool otherIsLast = other!.Cost >= LastResort; // Only called between two.
            if (isLast != otherIsLast)
            {
                return isLast ? 1 : -1;
            }

            int byTries = Tries.CompareTo(other.Tries);
            return byTries != 0 ? byTries : Cost.CompareTo(other.Cost);
        }
    }
}
