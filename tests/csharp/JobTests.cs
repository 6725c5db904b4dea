using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>Jobs: cancelling, closing, forgetting. An answer is held back for ten minutes, so that nothing ends by itself.</summary>
internal static class JobTests
{
    private static readonly object Held = new { path = "*/submissions/*", method = "PUT", delayMs = 600_000 };

    private static string Request() =>
        JsonSerializer.Serialize(new { appId = Emulator.App, packages = new[] { Emulator.NewPackage() } });

    public static async Task CancellingEndsTheTask()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        emulator.AddFault(Held);
        using var cancellation = new CancellationTokenSource();
        Task<string> task = client.RunAsync("publish", Request(), null, cancellation.Token);
        Until(() => emulator.FaultUse() > 0, task);
        cancellation.Cancel();
        try
        {
            await task;
        }
        catch (OperationCanceledException exception)
        {
            Check.True(task.IsCanceled, "the task is not cancelled");
            Check.Equal("cancelled", ((StoreException)exception.InnerException!).Code);
            Check.Equal(0, emulator.Requests("POST", "/commit"));
            return;
        }
        throw new InvalidOperationException("the task was not cancelled");
    }

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
        // Either the end can still be taken, or the job is gone with its client.
        try
        {
            while (job.Next(TimeSpan.FromSeconds(10)) is { Kind: not StoreEventKind.Completed })
            {
            }
            Check.Fails("cancelled", () => job.Result());
        }
        catch (StoreException exception)
        {
            Check.Equal(StoreStatus.UnknownClient, exception.Status);
        }
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
        Check.True(job.Next(TimeSpan.Zero) == null, "there is an event after the last one");
        job.Cancel();
    }

    private static string Finish(StoreJob job)
    {
        while (!job.IsCompleted)
        {
            job.Next(TimeSpan.FromSeconds(10));
        }
        return job.Result();
    }

    private static void Until(Func<bool> condition, Task task)
    {
        while (!condition())
        {
            if (task.IsCompleted)
            {
                task.GetAwaiter().GetResult();
                throw new InvalidOperationException("the work ended by itself");
            }
        }
    }
}
