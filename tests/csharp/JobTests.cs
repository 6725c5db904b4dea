using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>
/// Jobs whose events the test takes, and how they end. The emulator delays a response for ten minutes, so that no job
/// completes before the test cancels or closes it.
/// </summary>
internal static class JobTests
{
    private static readonly object Held = new { path = "*/submissions/*", method = "PUT", delayMs = 600_000 };

    private static readonly object HeldGet = new { path = "*", method = "GET", delayMs = 600_000, count = 0 };

    private static readonly string Ids = JsonSerializer.Serialize(new { appId = Emulator.App });

    private static string Request() =>
        JsonSerializer.Serialize(new { appId = Emulator.App, packages = new[] { Emulator.NewPackage() } });

    public static void DisposingCancels()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        emulator.AddFault(Held);
        StoreJob job = client.Start("publish", Request());
        while (emulator.FaultUse() == 0)
        {
            job.Next(TimeSpan.FromMilliseconds(10));
        }
        job.Dispose();
        Check.True(job.IsCompleted, "the job goes on");
        Check.Fails("cancelled", () => job.Result());
    }

    public static void ClosingTheClientEndsItsJobs()
    {
        using var emulator = new Emulator();
        StoreClient client = emulator.Open();
        emulator.AddFault(Held);
        StoreJob job = client.Start("publish", Request());
        while (emulator.FaultUse() == 0)
        {
            job.Next(TimeSpan.FromMilliseconds(10));
        }
        client.Dispose();
        Check.Fails("cancelled", () => Finish(job));
        Check.Throws<ObjectDisposedException>(() => client.Start("app.list"));
    }

    public static void ARefusedRequestShowsAtTheEndOfTheJob()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        Check.Fails("operation.unknown", () => Finish(client.Start("nothing.like_it")));
        Check.Fails("request.target", () => Finish(client.Start("publish", "{}")));
    }

    public static void AResultIsThereAfterTheEndOnly()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        using StoreJob job = client.Start("app.list");
        Check.Throws<InvalidOperationException>(() => job.Result());
        string result = Finish(job);
        Check.Equal(result, job.Result());
        Check.Equal(result, job.Response().Result);
        Check.True(job.Next(Timeout.InfiniteTimeSpan) == null, "there is an event after the last one");
        job.Cancel();
    }

    public static void ATimeoutIsKept()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        emulator.AddFault(HeldGet);
        using StoreJob job = client.Start("app.list");
        Check.True(job.Next(TimeSpan.Zero) == null, "there is an event");
        Check.True(job.Next(TimeSpan.FromMilliseconds(1)) == null, "there is an event");
        Check.Throws<ArgumentOutOfRangeException>(() => job.Next(TimeSpan.FromSeconds(-1)));
        Check.True(!job.IsCompleted, "the job has ended");
    }

    public static void AllThreadsThatWaitForAJobReturn()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        emulator.AddFault(HeldGet);
        using StoreJob job = client.Start("app.list");
        var ends = new StoreEvent?[4];
        Thread[] threads = Enumerable.Range(0, ends.Length)
            .Select(i => new Thread(() => ends[i] = job.Next(Timeout.InfiniteTimeSpan))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        job.Cancel();
        Array.ForEach(threads, thread => thread.Join());
        Check.Equal(1, ends.Count(end => end?.Kind == StoreEventKind.Completed));
        Check.Equal(3, ends.Count(end => end == null));
    }

    public static void AForgottenJobRunsToItsEnd()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        Forget(client);
        while (emulator.Requests("POST", "/flights") == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Check.True(client.Call("app.flights", Ids).Contains("Forgotten"), "the flight was not made");
    }

    private static void Forget(StoreClient client) =>
        client.Start("flight.create", JsonSerializer.Serialize(new { appId = Emulator.App, friendlyName = "Forgotten" }));

    private static string Finish(StoreJob job)
    {
        while (!job.IsCompleted)
        {
            job.Next(Timeout.InfiniteTimeSpan);
        }
        return job.Result();
    }
}
