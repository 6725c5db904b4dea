using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A connection to the Store: one credential, one token cache, one set of limits. Any thread may use it at any
    /// time. Requests and results are JSON; <c>library.operations</c> lists what there is.
    /// </summary>
    /// <example>
    /// <code>
    /// using var client = StoreClient.Open(config);
    /// string app = client.Call("app.get", "{\"appId\":\"9NBLGGH4R315\"}");
    /// </code>
    /// </example>
    public sealed class StoreClient : IDisposable
    {
        private static readonly StoreClient OfflineClient = new StoreClient(0);
        private long id;

        private StoreClient(ulong id)
        {
            this.id = (long)id;
            if (id == 0)
            {
                GC.SuppressFinalize(this);
            }
        }

        /// <summary>
        /// The client that needs no connection: <c>document.*</c>, <c>package.inspect</c>, <c>package.write</c>,
        /// <c>library.*</c>. It cannot be closed.
        /// </summary>
        public static StoreClient Offline
        {
            get
            {
                StoreLibrary.EnsureLoaded();
                return OfflineClient;
            }
        }

        /// <summary>Opens a client. Nothing is sent yet.</summary>
        /// <param name="configJson">The configuration: <c>credential</c>, <c>serviceUrl</c>, ... as the README describes it.</param>
        /// <exception cref="StoreException">The configuration is refused.</exception>
        public static StoreClient Open(string configJson)
        {
            if (configJson == null)
            {
                throw new ArgumentNullException(nameof(configJson));
            }
            byte[] config = NativeMethods.Bytes(configJson)!;
            try
            {
                return OpenTerminated(config);
            }
            finally
            {
                Array.Clear(config, 0, config.Length);
            }
        }

        /// <summary>
        /// Opens a client from UTF-8 bytes, for callers that keep secrets out of strings. The copy made here is
        /// zeroed; the caller zeroes its own.
        /// </summary>
        /// <param name="configUtf8">The configuration as UTF-8 JSON without a NUL.</param>
        /// <exception cref="StoreException">The configuration is refused.</exception>
        public static StoreClient Open(byte[] configUtf8)
        {
            if (configUtf8 == null)
            {
                throw new ArgumentNullException(nameof(configUtf8));
            }
            byte[] config = new byte[configUtf8.Length + 1];
            try
            {
                configUtf8.CopyTo(config, 0);
                return OpenTerminated(config);
            }
            finally
            {
                Array.Clear(config, 0, config.Length);
            }
        }

        private static StoreClient OpenTerminated(byte[] config)
        {
            StoreLibrary.EnsureLoaded();
            int status = NativeMethods.storeship_client_open(config, out ulong id, out IntPtr response);
            Unwrap(status, NativeMethods.TakeText(response));
            return new StoreClient(id);
        }

        /// <summary>True once <see cref="Dispose"/> was called.</summary>
        public bool IsClosed => this != OfflineClient && Interlocked.Read(ref id) == 0;

        /// <summary>Runs one operation and waits for its end; a long one blocks for as long as it takes.</summary>
        /// <param name="operation">The name, for example <c>app.get</c>.</param>
        /// <param name="requestJson">The request as a JSON object; null is <c>{}</c>.</param>
        /// <returns>The <c>result</c> of the response, byte for byte as the library gave it.</returns>
        /// <exception cref="StoreException">The operation was refused or failed.</exception>
        public string Call(string operation, string? requestJson = null)
        {
            int status = NativeMethods.storeship_call(
                Id(), Name(operation), NativeMethods.Bytes(requestJson), out IntPtr response);
            return Unwrap(status, NativeMethods.TakeText(response));
        }

        /// <summary>Starts an operation as a job, whose events the caller pulls.</summary>
        /// <param name="operation">The name, for example <c>publish</c>.</param>
        /// <param name="requestJson">The request as a JSON object; null is <c>{}</c>.</param>
        /// <exception cref="StoreException">The request was refused.</exception>
        public StoreJob Start(string operation, string? requestJson = null)
        {
            int status = NativeMethods.storeship_job_start(
                Id(), Name(operation), NativeMethods.Bytes(requestJson), out ulong job, out IntPtr response);
            string? text = NativeMethods.TakeText(response);
            if (status != 0)
            {
                Unwrap(status, text);
            }
            return new StoreJob(job);
        }

        /// <summary>Runs an operation as a job on a thread of its own.</summary>
        /// <param name="operation">The name, for example <c>publish</c>.</param>
        /// <param name="requestJson">The request as a JSON object; null is <c>{}</c>.</param>
        /// <param name="progress">Receives every event but the last; may be null.</param>
        /// <param name="cancellation">Cancels the job; the task then ends as cancelled.</param>
        /// <returns>The <c>result</c> of the response.</returns>
        /// <exception cref="StoreException">The operation was refused or failed.</exception>
        public Task<string> RunAsync(
            string operation,
            string? requestJson = null,
            IProgress<StoreEvent>? progress = null,
            CancellationToken cancellation = default)
        {
            return Task.Factory.StartNew(
                () => Run(operation, requestJson, progress, cancellation),
                cancellation,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default);
        }

        private string Run(
            string operation, string? requestJson, IProgress<StoreEvent>? progress, CancellationToken cancellation)
        {
            using StoreJob job = Start(operation, requestJson);
            using CancellationTokenRegistration registration = cancellation.Register(job.Cancel);
            while (true)
            {
                StoreEvent? next = job.Next(TimeSpan.FromSeconds(1));
                if (next == null)
                {
                    continue;
                }
                if (next.Kind != StoreEventKind.Completed)
                {
                    progress?.Report(next);
                    continue;
                }
                try
                {
                    return job.Result();
                }
                catch (StoreException exception)
                    when (exception.Status == StoreStatus.Cancelled && cancellation.IsCancellationRequested)
                {
                    throw new OperationCanceledException(exception.Message, exception, cancellation);
                }
            }
        }

        /// <summary>Closes the client and cancels its jobs. A second call does nothing.</summary>
        public void Dispose()
        {
            Close();
            GC.SuppressFinalize(this);
        }

        /// <summary>Closes a forgotten client.</summary>
        ~StoreClient() => Close();

        private void Close()
        {
            ulong closing = (ulong)Interlocked.Exchange(ref id, 0);
            if (closing != 0)
            {
                NativeMethods.storeship_client_close(closing);
            }
        }

        private ulong Id()
        {
            if (IsClosed)
            {
                throw new StoreException(
                    StoreStatus.UnknownClient, "client.closed", "the client is closed", "open another one");
            }
            return (ulong)Interlocked.Read(ref id);
        }

        private static byte[] Name(string operation) =>
            NativeMethods.Bytes(operation ?? throw new ArgumentNullException(nameof(operation)))!;

        /// <summary>The result of a response, or its error thrown.</summary>
        internal static string Unwrap(int status, string? response)
        {
            if (response == null)
            {
                throw new StoreException(
                    status == 0 ? StoreStatus.Internal : (StoreStatus)status,
                    "internal",
                    "the library gave no response (status " + status + ")");
            }
            Dictionary<string, string> fields = JsonFields.Of(response);
            if (status == 0 && JsonFields.Raw(fields, "ok") == "true")
            {
                return fields.TryGetValue("result", out string? result) ? result : "null";
            }
            throw StoreException.FromResponse(
                (StoreStatus)status, response, JsonFields.Raw(fields, "error") ?? "{}");
        }
    }
}
