namespace EdgeCache.Simulation.Kernel;

/// <summary>Calls of a store in memory complete at once; the simulator, which has one thread, relies on it.</summary>
internal static class AtOnce
{
    public static T Read<TStore, T>(this TStore store, Func<TStore, ValueTask<T>> call) => Done(call(store).AsTask());

    public static T Done<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("the store of a simulation answers at once");
}
