using System.Runtime.CompilerServices;

namespace StoreShip.Tests;

/// <summary>
/// How long a client lives: until its calls and jobs have ended, whatever the garbage collector does, and no longer than
/// until it is closed. The service answers only when the test says so, so that the order of events is the same each time.
/// </summary>
internal static class LifetimeTests
{
    public static void TheCollectorCancelsNoCall()
    {
        using var gate = new Gate();
        string? result = null;
        Exception? error = null;
        Thread call = Run(() => result = CallOnAForgottenClient(gate), end => error = end);
        gate.WaitForRequest();
        Collect();
        Check.True(call.IsAlive, $"the call has ended: {error}");
        gate.Open();
        call.Join();
        Check.True(result?.Contains("value") == true, $"there is no result: {error}");
    }

    public static void TheCollectorCancelsNoCallWithAToken()
    {
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        string? result = null;
        Exception? error = null;
        Thread call = Run(() => result = Open(gate).Call("app.list", null, cancellation.Token), end => error = end);
        gate.WaitForRequest();
        Collect();
        Check.True(call.IsAlive, $"the call has ended: {error}");
        gate.Open();
        call.Join();
        Check.True(result != null, $"there is no result: {error}");
    }

    public static void AJobKeepsItsClientAlive()
    {
        using var gate = new Gate();
        StoreJob job = JobOfAForgottenClient(gate);
        gate.WaitForRequest();
        Collect();
        Check.True(job.Next(TimeSpan.Zero) == null && !job.IsCompleted, "the job has ended");
        gate.Open();
        Check.Equal(StoreEventKind.Completed, job.Next(Timeout.InfiniteTimeSpan)!.Kind);
        Check.True(job.Result().Contains("value"), "it is not the result");
    }

    public static void AClientThatNobodyUsesIsClosed()
    {
        using var gate = new Gate();
        gate.Open();
        WeakReference client = UsedClient(gate);
        for (int i = 0; i < 100 && client.IsAlive; i++)
        {
            Collect();
        }
        Check.True(!client.IsAlive, "the client is still there");
    }

    public static void ClosingDuringACallIsTheErrorOfAClosedClient()
    {
        foreach (bool withToken in new[] { false, true })
        {
            using var gate = new Gate();
            using var cancellation = new CancellationTokenSource();
            StoreClient client = Open(gate);
            Exception? error = null;
            Thread call = Run(() => client.Call("app.list", null, withToken ? cancellation.Token : default), end => error = end);
            gate.WaitForRequest();
            client.Dispose();
            call.Join();
            Check.True(error is ObjectDisposedException, $"the error is {error}");
            Check.Equal("cancelled", (error!.InnerException as StoreException)?.Code);
        }
    }

    public static void AnInfiniteWaitSleeps()
    {
        using var gate = new Gate();
        using StoreClient client = Open(gate);
        using StoreJob job = client.Start("app.list");
        StoreEvent? end = null;
        Thread wait = Run(() => end = job.Next(Timeout.InfiniteTimeSpan), _ => { });
        gate.WaitForRequest();
        while ((wait.ThreadState & ThreadState.WaitSleepJoin) == 0)
        {
            Thread.Yield();
        }
        for (int i = 0; i < 1000; i++)
        {
            Check.True((wait.ThreadState & ThreadState.WaitSleepJoin) != 0, "the thread is busy");
            Thread.Yield();
        }
        gate.Open();
        wait.Join();
        Check.Equal(StoreEventKind.Completed, end!.Kind);
    }

    public static void AReaderThatGetsNothingLearnsThatTheJobIsCompleted()
    {
        using var gate = new Gate();
        using StoreClient client = Open(gate);
        for (int i = 0; i < 2000; i++)
        {
            using StoreJob job = client.Start("library.info");
            var late = 0;
            Thread[] readers = Enumerable.Range(0, 4).Select(_ => Run(
                () =>
                {
                    if (job.Next(Timeout.InfiniteTimeSpan) == null && !job.IsCompleted)
                    {
                        Interlocked.Increment(ref late);
                    }
                    job.Result();
                },
                error => Interlocked.Increment(ref late))).ToArray();
            Array.ForEach(readers, reader => reader.Join());
            Check.Equal(0, late);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StoreClient Open(Gate gate) => StoreClient.Open(gate.Config);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string CallOnAForgottenClient(Gate gate) => Open(gate).Call("app.list");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StoreJob JobOfAForgottenClient(Gate gate) => Open(gate).Start("app.list");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UsedClient(Gate gate)
    {
        StoreClient client = Open(gate);
        client.Call("app.list");
        client.RunAsync("app.list").GetAwaiter().GetResult();
        return new WeakReference(client);
    }

    private static Thread Run(Action work, Action<Exception> failed)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                failed(exception);
            }
        });
        thread.Start();
        return thread;
    }

    private static void Collect()
    {
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
