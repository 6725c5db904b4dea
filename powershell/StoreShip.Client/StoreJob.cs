using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A running operation whose events the caller takes: call <see cref="Next"/> until the event is
    /// <see cref="StoreEventKind.Completed"/>, then take <see cref="Response"/>. The members may be called from any thread.
    /// A job that is neither followed nor disposed runs to its end.
    /// </summary>
    public sealed class StoreJob : IDisposable
    {
        /// <summary>How long <see cref="Dispose"/> waits until a cancelled job has ended.</summary>
        private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(2);

        /// <summary>The client is not closed by its finalizer as long as somebody holds one of its jobs.</summary>
        private readonly StoreClient client;
        private readonly JobPump pump;
        private readonly JobEvents events;
        private readonly ulong id;
        private int disposed;

        internal StoreJob(StoreClient client, JobPump pump, ulong id, JobEvents events)
        {
            this.client = client;
            this.pump = pump;
            this.id = id;
            this.events = events;
        }

        /// <summary>True once the last event was taken.</summary>
        public bool IsCompleted => events.Response != null;

        /// <summary>
        /// The <c>meta</c> of a completed job as JSON; null before, and if the response has none. Unlike
        /// <see cref="Response"/>, it does not throw when the operation failed.
        /// </summary>
        public string? Meta
        {
            get
            {
                string? text = events.Response;
                return text == null ? null : JsonFields.Raw(JsonFields.Of(text), "meta");
            }
        }

        /// <summary>Takes the next event, and waits for it if necessary.</summary>
        /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> waits without a limit.</param>
        /// <returns>
        /// The event; null when none arrived in time, or the last one was taken already, by this thread or another one.
        /// Then <see cref="IsCompleted"/> is true.
        /// </returns>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative.</exception>
        public StoreEvent? Next(TimeSpan timeout)
        {
            if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "the timeout is negative");
            }
            return events.Take(timeout);
        }

        /// <summary>Asks the job to stop, and returns at once. Does nothing if the job has ended.</summary>
        public void Cancel() => NativeMethods.storeship_job_cancel(id);

        /// <summary>The response of a completed job.</summary>
        /// <returns>The <c>result</c> and the <c>meta</c> of the response.</returns>
        /// <exception cref="StoreException">The operation was refused, failed or was cancelled.</exception>
        /// <exception cref="InvalidOperationException">The job is not completed.</exception>
        public StoreResponse Response() => StoreResponse.OfJob(
            events.Response ?? throw new InvalidOperationException("the job is not completed; take events until one is Completed"));

        /// <summary>The result of a completed job.</summary>
        /// <returns>The <c>result</c> of the response as JSON.</returns>
        /// <exception cref="StoreException">The operation was refused, failed or was cancelled.</exception>
        /// <exception cref="InvalidOperationException">The job is not completed.</exception>
        public string Result() => Response().Result;

        /// <summary>Cancels the job if it is running, and waits up to two seconds until it has ended.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) != 0)
            {
                return;
            }
            if (!IsCompleted)
            {
                Cancel();
                Drain();
            }
        }

        private void Drain()
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!IsCompleted && watch.Elapsed < DisposeTimeout)
            {
                Next(TimeSpan.FromMilliseconds(100));
            }
            if (!IsCompleted)
            {
                pump.Close(id);
                // Ends with the last event, which another thread may take.
                while (Next(Timeout.InfiniteTimeSpan) != null)
                {
                }
            }
        }

        /// <summary>Takes all events on the caller's thread.</summary>
        internal StoreResponse Follow(CancellationToken cancellationToken)
        {
            using (cancellationToken.Register(Cancel))
            {
                while (!IsCompleted)
                {
                    Next(Timeout.InfiniteTimeSpan);
                }
            }
            return Finish(cancellationToken);
        }

        /// <summary>Takes all events; no thread waits for them.</summary>
        internal async Task<StoreResponse> FollowAsync(IProgress<StoreEvent>? progress, CancellationToken cancellationToken)
        {
            using (cancellationToken.Register(Cancel))
            {
                while (!IsCompleted)
                {
                    StoreEvent next = await events.TakeAsync().ConfigureAwait(false);
                    if (!IsCompleted)
                    {
                        Report(progress, next);
                    }
                }
            }
            return Finish(cancellationToken);
        }

        private void Report(IProgress<StoreEvent>? progress, StoreEvent next)
        {
            try
            {
                progress?.Report(next);
            }
            catch (Exception)
            {
                // The exception ends the task, so no caller can take the last event of the job any more.
                pump.Close(id);
                throw;
            }
        }

        private StoreResponse Finish(CancellationToken cancellationToken)
        {
            try
            {
                return Response();
            }
            catch (StoreException exception) when (exception.Code == "cancelled" && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(exception.Message, exception, cancellationToken);
            }
            catch (StoreException exception) when (client.WasClosedDuring(exception))
            {
                throw StoreClient.Closed(exception);
            }
        }
    }
}
