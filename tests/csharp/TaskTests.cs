using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>Operations as tasks: cancelling, closing, threads, the garbage collector.</summary>
internal static class TaskTests
{
    private static readonly object HeldPut = new { path = "*/submissions/*", method = "PUT", delayMs = 600_000 };

    private static readonly object HeldGet = new { path = "*", method = "GET", delayMs = 600_000, count = 0 };

    private static readonly string Ids = JsonSerializer.Serialize(new { appId = Emulator.App });

    private static string Release() =>
        JsonSerializer.Serialize(new { appId = Emulator.App, packages = new[] { Emulator.NewPackage() } });

    public static async Task TheResponseHasTheMeta()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        StoreResponse response = await client.InvokeAsync("app.get", Ids);
        Check.Equal(Emulator.App, JsonDocument.Parse(response.Result).RootElement.GetProperty("id").GetString());
        Check.True(response.Meta!.Contains("correlation"), "there is no correlation id");
        StoreResponse called = client.Invoke("app.get", Ids);
        Check.Equal(response.Result, called.Result);
        Check.True(called.Meta!.Contains("correlation"), "there is no correlation id");
        Check.True(StoreClient.Offline.Invoke("document.get", "{\"document\":1,\"pointer\":\"\"}").Meta == null, "there is a meta");
        Check.Equal("1", await StoreClient.Offline.RunAsync("document.get", "{\"document\":1,\"pointer\":\"\"}"));
    }

    public static async Task CancellingEndsTheTask()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        emulator.AddFault(HeldPut);
        using var cancellation = new CancellationTokenSource();
        Task<string> task = client.RunAsync("publish", Release(), null, cancellation.Token);
        Until(() => emulator.FaultUse() > 0, task);
        cancellation.Cancel();
        OperationCanceledException exception = await IsCancelled(task);
        Check.Equal("cancelled", ((StoreException)exception.InnerException!).Code);
        Check.Equal(0, emulator.Requests("POST", "/commit"));
        await IsCancelled(client.RunAsync("app.list", null, null, cancellation.Token));
    }

    public static void CancellingEndsACall()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        using var cancellation = new CancellationTokenSource();
        Check.Equal(client.Call("app.get", Ids), client.Call("app.get", Ids, cancellation.Token));
        Check.Fails("app.not_found", () => client.Call("app.get", "{\"appId\":\"9NNOTTHERE00\"}", cancellation.Token));
        emulator.AddFault(HeldGet);
        var call = new Thread(() => Check.Throws<OperationCanceledException>(() => client.Call("app.get", Ids, cancellation.Token)));
        call.Start();
        Until(() => emulator.FaultUse() > 0, null);
        cancellation.Cancel();
        call.Join();
        Check.Throws<OperationCanceledException>(() => client.Call("app.get", Ids, cancellation.Token));
        Check.Throws<OperationCanceledException>(() => StoreClient.Offline.Call("library.info", null, cancellation.Token));
    }

    public static async Task ClosingTheClientEndsItsTasks()
    {
        using var emulator = new Emulator();
        StoreClient client = emulator.Open();
        emulator.AddFault(HeldPut);
        Task<string> task = client.RunAsync("publish", Release());
        Until(() => emulator.FaultUse() > 0, task);
        client.Dispose();
        ObjectDisposedException closed = await Fails<ObjectDisposedException>(task);
        var exception = (StoreException)closed.InnerException!;
        Check.Equal("cancelled", exception.Code);
        Check.True(exception.DetailsJson!.Contains("Draft"), "it does not say that a draft was made");
        Check.Throws<ObjectDisposedException>(() => client.RunAsync("app.list").GetAwaiter().GetResult());
    }

    public static async Task FiveHundredTasksNeedNoThreads()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        await client.RunAsync("app.list");
        emulator.AddFault(HeldGet);
        int before = Process.GetCurrentProcess().Threads.Count;
        using var cancellation = new CancellationTokenSource();
        Task<string>[] tasks = Enumerable.Range(0, 500)
            .Select(_ => client.RunAsync("app.get", Ids, new Collector(_ => { }), cancellation.Token)).ToArray();
        // The client sends as many calls at once as its limit allows; the others wait in the library.
        Until(() => emulator.FaultUse() > 0, null);
        int more = Process.GetCurrentProcess().Threads.Count - before;
        Check.True(more < 20, $"500 waiting tasks took {more} threads");
        Check.True(!tasks.Any(task => task.IsCompleted), "a task has ended");
        cancellation.Cancel();
        foreach (Task<string> task in tasks)
        {
            await IsCancelled(task);
        }
    }

    public static async Task TasksAndFollowedJobsGetTheirOwnEvents()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        var tasks = new List<Task<string>>();
        var jobs = new List<StoreJob>();
        for (int i = 0; i < 30; i++)
        {
            tasks.Add(client.RunAsync("document.get", $"{{\"document\":[{i}],\"pointer\":\"/0\"}}"));
            jobs.Add(client.Start("document.get", $"{{\"document\":[{i + 100}],\"pointer\":\"/0\"}}"));
        }
        for (int i = 0; i < 30; i++)
        {
            Check.Equal($"{i}", await tasks[i]);
            Check.Equal(StoreEventKind.Completed, jobs[i].Next(Timeout.InfiniteTimeSpan)!.Kind);
            Check.Equal($"{i + 100}", jobs[i].Result());
        }
    }

    public static async Task AnErrorOfTheListenerEndsTheTask()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        emulator.AddFault(HeldPut);
        Task<string> task = client.RunAsync("publish", Release(), new Collector(_ => throw new FormatException("mine")));
        try
        {
            await task;
            throw new InvalidOperationException("there was no error");
        }
        catch (FormatException exception)
        {
            Check.Equal("mine", exception.Message);
        }
        // The client can still be used.
        await client.RunAsync("app.get", Ids);
    }

    public static async Task TheCollectorCancelsNoTask()
    {
        using var emulator = new Emulator();
        emulator.AddFault(new { path = "*", method = "GET", delayMs = 500 });
        Task<string> task = OnAForgottenClient(emulator);
        while (!task.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Check.True((await task).Contains(Emulator.App), "it is not the app");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<string> OnAForgottenClient(Emulator emulator) => emulator.Open().RunAsync("app.get", Ids);

    public static void AForgottenClientEndsItsThread()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using var emulator = new Emulator();
        OnAForgottenClient(emulator).GetAwaiter().GetResult();
        while (Pumps() > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        using StoreClient client = emulator.Open();
        client.RunAsync("app.list").GetAwaiter().GetResult();
        Check.Equal(1, Pumps());
    }

    /// <summary>The number of pump threads (see JobPump) in this process.</summary>
    private static int Pumps()
    {
        int pumps = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                pumps += File.ReadAllText(Path.Combine(thread, "comm")).Trim() == "StoreShip jobs" ? 1 : 0;
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }
        return pumps;
    }

    private static async Task<OperationCanceledException> IsCancelled(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException exception)
        {
            Check.True(task.IsCanceled, "the task is not cancelled");
            return exception;
        }
        throw new InvalidOperationException("the task was not cancelled");
    }

    private static async Task<T> Fails<T>(Task task)
        where T : Exception
    {
        try
        {
            await task;
        }
        catch (T exception)
        {
            return exception;
        }
        throw new InvalidOperationException("there was no error");
    }

    private static void Until(Func<bool> condition, Task? task)
    {
        while (!condition())
        {
            if (task is { IsCompleted: true })
            {
                task.GetAwaiter().GetResult();
                throw new InvalidOperationException("the task ended by itself");
            }
        }
    }

    private sealed class Collector(Action<StoreEvent> take) : IProgress<StoreEvent>
    {
        public void Report(StoreEvent value) => take(value);
    }
}
