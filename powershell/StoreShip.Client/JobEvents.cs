using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace StoreShip
{
    /// <summary>
    /// The queue of events of one job, which <see cref="JobPump"/> fills and the reader of the job empties. It is bounded
    /// like the queue of the library: a progress event replaces the waiting progress event of its phase, and a log line
    /// replaces the oldest one once <see cref="LogLimit"/> lines wait.
    /// </summary>
    internal sealed class JobEvents
    {
        private const int LogLimit = 256;

        private readonly object gate = new object();
        private readonly LinkedList<StoreEvent> waiting = new LinkedList<StoreEvent>();
        private readonly bool lastOnly;
        private TaskCompletionSource<StoreEvent>? taker;
        private int logs;
        private long dropped;
        private volatile string? response;

        /// <summary>An empty queue.</summary>
        /// <param name="lastOnly">Drop all events but the last one.</param>
        internal JobEvents(bool lastOnly) => this.lastOnly = lastOnly;

        /// <summary>
        /// The response in the last event; null until that event was taken. It is set before any thread that waits for an
        /// event learns that there is none, so that a thread whose wait ended without an event sees the end of the job.
        /// </summary>
        internal string? Response => response;

        internal void Add(StoreEvent added)
        {
            if (lastOnly && added.Kind != StoreEventKind.Completed)
            {
                return;
            }
            lock (gate)
            {
                if (taker != null)
                {
                    End(added);
                    taker.SetResult(added);
                    taker = null;
                    return;
                }
                Append(added);
                Monitor.PulseAll(gate);
            }
        }

        private void Append(StoreEvent added)
        {
            if (added.Kind == StoreEventKind.Progress)
            {
                for (LinkedListNode<StoreEvent>? node = waiting.First; node != null; node = node.Next)
                {
                    if (node.Value.Kind == StoreEventKind.Progress && node.Value.Phase == added.Phase)
                    {
                        node.Value = added;
                        return;
                    }
                }
            }
            if (added.Kind == StoreEventKind.Log && ++logs > LogLimit)
            {
                DropOldestLog();
            }
            waiting.AddLast(added);
        }

        private void DropOldestLog()
        {
            LinkedListNode<StoreEvent> node = waiting.First!;
            while (node.Value.Kind != StoreEventKind.Log)
            {
                node = node.Next!;
            }
            dropped += 1 + (node.Value.Dropped ?? 0);
            logs--;
            waiting.Remove(node);
        }

        /// <summary>Takes the next event.</summary>
        /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> has no end.</param>
        /// <returns>The event; null when none arrived in time, or the last one was taken.</returns>
        internal StoreEvent? Take(TimeSpan timeout)
        {
            Stopwatch watch = Stopwatch.StartNew();
            lock (gate)
            {
                while (waiting.Count == 0)
                {
                    double left = timeout == Timeout.InfiniteTimeSpan
                        ? int.MaxValue
                        : Math.Ceiling((timeout - watch.Elapsed).TotalMilliseconds);
                    if (response != null || left <= 0)
                    {
                        return null;
                    }
                    Monitor.Wait(gate, (int)Math.Min(left, int.MaxValue));
                }
                return TakeFirst();
            }
        }

        /// <summary>Takes the next event; no thread waits for it. Only one task may wait at a time.</summary>
        internal Task<StoreEvent> TakeAsync()
        {
            lock (gate)
            {
                if (waiting.Count > 0)
                {
                    return Task.FromResult(TakeFirst());
                }
                // The continuation may run code of the caller, which must not run on the thread of the pump.
                taker = new TaskCompletionSource<StoreEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
                return taker.Task;
            }
        }

        private StoreEvent TakeFirst()
        {
            StoreEvent first = waiting.First!.Value;
            waiting.RemoveFirst();
            End(first);
            if (first.Kind == StoreEventKind.Log)
            {
                logs--;
                if (dropped > 0)
                {
                    first.Dropped = dropped + (first.Dropped ?? 0);
                    dropped = 0;
                }
            }
            return first;
        }

        /// <summary>Keeps the response of the last event, and ends the waits for an event that can't come.</summary>
        private void End(StoreEvent taken)
        {
            if (taken.Kind == StoreEventKind.Completed)
            {
                response = taken.Response ?? "{}";
                Monitor.PulseAll(gate);
            }
        }
    }
}
