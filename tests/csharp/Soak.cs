using System.Diagnostics;

namespace StoreShip.Tests;

/// <summary>
/// Many calls, jobs and clients, of which some are cancelled, closed or forgotten: at the end the process holds as much as
/// after the first tenth. It takes a minute, so it runs by name only: <c>dotnet run --project tests/csharp -- Soak</c>.
/// </summary>
internal static class Soak
{
    /// <summary>What the allocators of the library and of .NET may keep for themselves.</summary>
    private const long Slack = 16 << 20;

    public static void SoakOfCalls() => Repeat("calls", 100_000, (client, i) =>
    {
        if (i % 10 == 0)
        {
            client.Call("app.list");
        }
        else if (i % 10 == 1)
        {
            Check.Fails("operation.unknown", () => client.Call("no.operation"));
        }
        else
        {
            StoreClient.Offline.Call("document.get", "{\"document\":{\"a\":[1,2,3]},\"pointer\":\"/a/1\"}");
        }
    });

    public static void SoakOfJobs() => Repeat("jobs", 10_000, (client, i) =>
    {
        StoreJob job = client.Start("app.list");
        switch (i % 4)
        {
            case 0:
                while (!job.IsCompleted)
                {
                    job.Next(Timeout.InfiniteTimeSpan);
                }
                job.Result();
                break;
            case 1:
                job.Cancel();
                break;
            case 2:
                job.Dispose();
                break;
            default:
                // Nobody takes its events.
                break;
        }
    });

    public static void SoakOfClients()
    {
        using var gate = new Gate();
        gate.Open();
        Repeat("clients", 1_000, (_, i) =>
        {
            StoreClient client = StoreClient.Open(gate.Config);
            client.Call("app.list");
            StoreJob job = client.Start("app.list");
            if (i % 3 == 0)
            {
                client.RunAsync("app.list").GetAwaiter().GetResult();
            }
            if (i % 3 == 1)
            {
                job.Cancel();
            }
            // Every other client is left to the collector.
            if (i % 2 == 0)
            {
                client.Dispose();
            }
        });
    }

    private static void Repeat(string what, int count, Action<StoreClient, int> work)
    {
        using var gate = new Gate();
        gate.Open();
        using StoreClient client = StoreClient.Open(gate.Config);
        Usage first = default, middle = default;
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            work(client, i);
            if (i == count / 10)
            {
                first = Usage.Now();
            }
            if (i == count / 2)
            {
                middle = Usage.Now();
            }
        }
        Usage last = Usage.Now();
        Console.WriteLine($"{count} {what} in {watch.Elapsed.TotalSeconds:0} s: after a tenth {first}; in the middle {middle}; at the end {last}");
        Check.True(last.Memory < first.Memory + Slack, "memory grows");
        Check.True(last.Managed < first.Managed + (Slack / 4), "managed memory grows");
        Check.True(last.Handles <= first.Handles + 8, "handles grow");
        Check.True(last.Threads <= first.Threads + 8, "threads grow");
    }

    private readonly record struct Usage(long Memory, long Managed, int Handles, int Threads)
    {
        internal static Usage Now()
        {
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                // The threads of closed clients and connections end by themselves.
                Thread.Sleep(300);
            }
            using Process process = Process.GetCurrentProcess();
            int handles = OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount;
            return new Usage(process.WorkingSet64, GC.GetTotalMemory(true), handles, process.Threads.Count);
        }

        public override string ToString() =>
            $"{Memory >> 20} MiB, managed {Managed >> 10} KiB, {Handles} handles, {Threads} threads";
    }
}
