using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A running operation. Pull events with <see cref="Next"/> until one is
    /// <see cref="StoreEventKind.Completed"/>, then take <see cref="Result"/>. <see cref="Cancel"/> may come from any thread.
    /// </summary>
    public sealed class StoreJob : IDisposable
    {
        /// <summary>How long <see cref="Dispose"/> waits for a cancelled job to end.</summary>
        private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

        private readonly ulong id;
        private string? response;
        private int disposed;

        internal StoreJob(ulong id) => this.id = id;

        /// <summary>True once the last event was taken.</summary>
        public bool IsCompleted => response != null;

        /// <summary>
        /// What a completed job tells besides its result, as JSON: the correlation id of the service, the report of a
        /// merge. Null without.
        /// </summary>
        public string? Meta => response == null ? null : JsonFields.Raw(JsonFields.Of(response), "meta");

        /// <summary>Waits for the next event.</summary>
        /// <param name="timeout">The longest wait.</param>
        /// <returns>The event, or null when none came in time or the job is completed.</returns>
        public StoreEvent? Next(TimeSpan timeout)
        {
            if (IsCompleted)
            {
                return null;
            }
            double milliseconds = Math.Max(0, Math.Min(timeout.TotalMilliseconds, uint.MaxValue));
            int status = NativeMethods.storeship_job_next(id, (uint)milliseconds, out IntPtr text);
            string? json = NativeMethods.TakeText(text);
            if (status == (int)StoreStatus.NothingYet)
            {
                return null;
            }
            if (status != 0 || json == null)
            {
                throw new StoreException(
                    (StoreStatus)status, "job.unknown", "the job is gone (status " + status + ")", "its client was closed");
            }
            var next = new StoreEvent(json);
            if (next.Kind == StoreEventKind.Completed)
            {
                response = next.Response ?? "{}";
            }
            return next;
        }

        /// <summary>Asks the job to end. Harmless when it has ended.</summary>
        public void Cancel() => NativeMethods.storeship_job_cancel(id);

        /// <summary>The result of a completed job.</summary>
        /// <returns>The <c>result</c> of the response.</returns>
        /// <exception cref="StoreException">The operation was refused, failed or was cancelled.</exception>
        /// <exception cref="InvalidOperationException">The job is not completed.</exception>
        public string Result()
        {
            if (response == null)
            {
                throw new InvalidOperationException("the job is not completed; take events until one is Completed");
            }
            Dictionary<string, string> fields = JsonFields.Of(response);
            bool ok = JsonFields.Raw(fields, "ok") == "true";
            return StoreClient.Unwrap(ok ? 0 : (int)StatusOf(fields), response);
        }

        /// <summary>Cancels the job when it is still running, and waits briefly for its end.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) != 0 || IsCompleted)
            {
                return;
            }
            Cancel();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                while (!IsCompleted && watch.Elapsed < Farewell)
                {
                    Next(TimeSpan.FromMilliseconds(100));
                }
            }
            catch (StoreException)
            {
                // The client was closed in the meantime, and its jobs with it.
            }
        }

        /// <summary>An event has no return value, so its error carries the class too.</summary>
        private static StoreStatus StatusOf(Dictionary<string, string> response)
        {
            string? error = JsonFields.Raw(response, "error");
            long? number = error == null ? null : JsonFields.Number(JsonFields.Of(error), "class");
            return number == null ? StoreStatus.Internal : (StoreStatus)number.Value;
        }
    }
}
