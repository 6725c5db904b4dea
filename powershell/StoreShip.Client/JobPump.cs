using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace StoreShip
{
    /// <summary>
    /// Takes the events of all jobs of one client on one thread and gives each to its job. The thread starts with the
    /// first job and ends when the client is closed.
    /// </summary>
    internal sealed class JobPump
    {
        private const int StackSize = 256 * 1024;

        private readonly object gate = new object();
        private readonly Dictionary<ulong, JobEvents> jobs = new Dictionary<ulong, JobEvents>();
        private readonly ulong client;
        private bool running;

        /// <summary>
        /// The client while it has jobs, otherwise null. The thread keeps this object alive and this object keeps the
        /// client alive, so that the client is not finalized, which would cancel its jobs, while a caller waits for a job.
        /// </summary>
        private StoreClient? owner;

        internal JobPump(ulong client) => this.client = client;

        /// <summary>Starts a job.</summary>
        /// <returns>The status that the library returned. Unless it is 0 (success), <paramref name="job"/> is 0.</returns>
        internal int Start(
            StoreClient starter, byte[] operation, byte[]? request, JobEvents events, out ulong job, out IntPtr response)
        {
            // The lock is held until the job is listed, because its first event may arrive before the call returns.
            lock (gate)
            {
                if (!running)
                {
                    // The name is cut to 15 characters on Linux.
                    new Thread(Run, StackSize) { IsBackground = true, Name = "StoreShip jobs" }.Start();
                    running = true;
                }
                int status = NativeMethods.storeship_job_start(client, operation, request, out job, out response);
                if (status == 0)
                {
                    jobs.Add(job, events);
                    owner = starter;
                }
                return status;
            }
        }

        /// <summary>
        /// Frees a job, which is cancelled if it is still running. Its last event has an error with the code <c>cancelled</c>.
        /// </summary>
        internal void Close(ulong job)
        {
            NativeMethods.storeship_job_close(job);
            JobEvents? events;
            lock (gate)
            {
                if (!jobs.TryGetValue(job, out events))
                {
                    return;
                }
                Remove(job);
            }
            events.Add(StoreEvent.Failed(StoreStatus.Cancelled, "cancelled", "the job was closed before it had ended"));
        }

        /// <summary>
        /// Cancels all jobs and waits until their last events have arrived, but no longer than <paramref name="patience"/>.
        /// </summary>
        internal void CancelAll(TimeSpan patience)
        {
            Stopwatch watch = Stopwatch.StartNew();
            lock (gate)
            {
                foreach (ulong job in jobs.Keys)
                {
                    NativeMethods.storeship_job_cancel(job);
                }
                while (jobs.Count > 0 && watch.Elapsed < patience)
                {
                    TimeSpan left = patience - watch.Elapsed;
                    Monitor.Wait(gate, left > TimeSpan.Zero ? left : TimeSpan.Zero);
                }
            }
        }

        private void Run()
        {
            StoreEvent end = StoreEvent.Failed(StoreStatus.Cancelled, "cancelled", "the client was closed before the job had ended");
            try
            {
                while (Deliver())
                {
                }
            }
            catch (Exception exception)
            {
                // An exception on this thread would end the process.
                end = StoreEvent.Failed(
                    StoreStatus.Internal, "internal.state", "the events of the job could not be read: " + exception.GetType().FullName);
            }
            lock (gate)
            {
                running = false;
                foreach (JobEvents events in jobs.Values)
                {
                    events.Add(end);
                }
                jobs.Clear();
                owner = null;
                Monitor.PulseAll(gate);
            }
        }

        /// <summary>Waits for the next event of any job and gives it to the job.</summary>
        /// <returns>False when the client was closed.</returns>
        private bool Deliver()
        {
            int status = NativeMethods.storeship_client_next(client, uint.MaxValue, out ulong job, out IntPtr text);
            string? json = NativeMethods.TakeText(text);
            if (json == null)
            {
                return status == (int)StoreStatus.NothingYet;
            }
            StoreEvent next = Read(json);
            lock (gate)
            {
                if (jobs.TryGetValue(job, out JobEvents? events))
                {
                    events.Add(next);
                    if (next.Kind == StoreEventKind.Completed)
                    {
                        Remove(job);
                    }
                }
            }
            return true;
        }

        /// <summary>
        /// Reads an event. One that can't be read ends its own job only: the other jobs of the client go on.
        /// </summary>
        private static StoreEvent Read(string json)
        {
            try
            {
                return new StoreEvent(json);
            }
            catch (StoreException exception)
            {
                return StoreEvent.Failed(StoreStatus.Internal, "internal.state", "an event of the job is not valid JSON (" + exception.Code + ")");
            }
        }

        private void Remove(ulong job)
        {
            jobs.Remove(job);
            if (jobs.Count == 0)
            {
                owner = null;
                Monitor.PulseAll(gate);
            }
        }
    }
}
