using System;
using System.Threading;
using System.Threading.Tasks;

namespace StoreShip
{
    /// <summary>
    /// A client of the Store for one account, with its token cache and limits. Its members may be called from any thread
    /// at any time. Requests and results are JSON; the operation <c>library.operations</c> lists all operations.
    /// </summary>
    /// <example>
    /// <code>
    /// using StoreClient client = StoreClient.Open(config);
    /// string app = client.Call("app.get", "{\"appId\":\"9NBLGGH4R315\"}");
    /// </code>
    /// </example>
    public sealed class StoreClient : IDisposable
    {
        /// <summary>How long <see cref="Dispose"/> waits until the cancelled jobs have ended.</summary>
        private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

        /// <summary>
        /// About what a client holds in native memory. The collector is told, or it would let thousands of forgotten clients
        /// pile up, each of which is a few hundred bytes to it.
        /// </summary>
        private const long NativeBytes = 100_000;

        private static readonly StoreClient OfflineClient = new StoreClient(0);
        private readonly JobPump pump;
        private long id;

        private StoreClient(ulong id)
        {
            this.id = (long)id;
            pump = new JobPump(id);
            if (id == 0)
            {
                GC.SuppressFinalize(this);
            }
            else
            {
                GC.AddMemoryPressure(NativeBytes);
            }
        }

        /// <summary>
        /// The offline client, for <c>document.*</c>, <c>library.*</c>, <c>listing.read</c>, <c>listing.write</c>,
        /// <c>package.inspect</c> and <c>package.write</c>. It can't be closed.
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
        /// <param name="configJson">The configuration as a JSON object: <c>credential</c> and any settings that differ from
        /// the defaults.</param>
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
        /// Opens a client from UTF-8 bytes, for callers that keep secrets out of strings. The copy that this method makes
        /// is zeroed; the caller zeroes its own.
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
            StoreResponse.Of(status, NativeMethods.TakeText(response));
            return new StoreClient(id);
        }

        /// <summary>True once <see cref="Dispose"/> was called.</summary>
        public bool IsClosed => this != OfflineClient && Interlocked.Read(ref id) == 0;

        /// <summary>Runs an operation and blocks until it has ended.</summary>
        /// <param name="operation">The name, such as <c>app.get</c>.</param>
        /// <param name="requestJson">The request as a JSON object; null is <c>{}</c>.</param>
        /// <param name="cancellationToken">Cancels the operation.</param>
        /// <returns>The <c>result</c> of the response as JSON, byte for byte as the library returned it.</returns>
        /// <exception cref="StoreException">The operation was refused or has failed.</exception>
        /// <exception cref="ObjectDisposedException">The client is closed.</exception>
        /// <exception cref="OperationCanceledException">The operation was cancelled by the token.</exception>
        public string Call(string operation, string? requestJson = null, CancellationToken cancellationToken = default) =>
            Invoke(operation, requestJson, cancellationToken).Result;

        /// <summary>Runs an operation and blocks until it has ended; returns the whole response.</summary>
        /// <inheritdoc cref="Call"/>
        /// <returns>The <c>result</c> and the <c>meta</c> of the response.</returns>
        public StoreResponse Invoke(string operation, string? requestJson = null, CancellationToken cancellationToken = default)
        {
            byte[] name = Name(operation);
            byte[]? request = NativeMethods.Bytes(requestJson);
            cancellationToken.ThrowIfCancellationRequested();
            if (cancellationToken.CanBeCanceled && this != OfflineClient)
            {
                return Start(name, request, lastOnly: true).Follow(cancellationToken);
            }
            int status = NativeMethods.storeship_call(Id(), name, request, out IntPtr response);
            // Without this the client could be finalized, and the operation cancelled, while the operation runs.
            GC.KeepAlive(this);
            try
            {
                return Read(status, response);
            }
            catch (StoreException exception) when (WasClosedDuring(exception))
            {
                throw Closed(exception);
            }
        }

        /// <summary>Runs an operation. No thread waits for its end.</summary>
        /// <param name="operation">The name, such as <c>publish</c>.</param>
        /// <param name="requestJson">The request as a JSON object; null is <c>{}</c>.</param>
        /// <param name="progress">Receives every event but the last, one at a time and in order; may be null.</param>
        /// <param name="cancellationToken">Cancels the operation; the task then ends as cancelled.</param>
        /// <returns>The <c>result</c> of the response as JSON.</returns>
        /// <exception cref="StoreException">The operation was refused or has failed.</exception>
        /// <exception cref="ObjectDisposedException">The client is closed.</exception>
        public async Task<string> RunAsync(
            string operation,
            string? requestJson = null,
            IProgress<StoreEvent>? progress = null,
            CancellationToken cancellationToken = default)
        {
            return (await InvokeAsync(operation, requestJson, progress, cancellationToken).ConfigureAwait(false)).Result;
        }

        /// <summary>Runs an operation and returns the whole response. No thread waits for its end.</summary>
        /// <inheritdoc cref="RunAsync"/>
        /// <returns>The <c>result</c> and the <c>meta</c> of the response.</returns>
        public Task<StoreResponse> InvokeAsync(
            string operation,
            string? requestJson = null,
            IProgress<StoreEvent>? progress = null,
            CancellationToken cancellationToken = default)
        {
            byte[] name = Name(operation);
            byte[]? request = NativeMethods.Bytes(requestJson);
            if (cancellationToken.IsCancellationRequested)
            {
                return Task.FromCanceled<StoreResponse>(cancellationToken);
            }
            if (this == OfflineClient)
            {
                // An offline operation has no jobs: it only computes.
                return Task.Run(() => Invoke(operation, requestJson), cancellationToken);
            }
            return Start(name, request, lastOnly: progress == null).FollowAsync(progress, cancellationToken);
        }

        /// <summary>Starts an operation as a job whose events the caller takes.</summary>
        /// <param name="operation">The name, such as <c>publish</c>.</param>
        /// <param name="requestJson">The request as a JSON object; null is <c>{}</c>.</param>
        /// <exception cref="StoreException">The job could not be started.</exception>
        /// <exception cref="ObjectDisposedException">The client is closed.</exception>
        public StoreJob Start(string operation, string? requestJson = null) =>
            Start(Name(operation), NativeMethods.Bytes(requestJson), lastOnly: false);

        private StoreJob Start(byte[] operation, byte[]? request, bool lastOnly)
        {
            Id();
            var events = new JobEvents(lastOnly);
            int status = pump.Start(this, operation, request, events, out ulong job, out IntPtr response);
            GC.KeepAlive(this);
            Read(status, response);
            return new StoreJob(this, pump, job, events);
        }

        /// <summary>
        /// Closes the client and cancels its calls and jobs. A call or a task then fails with
        /// <see cref="ObjectDisposedException"/>, whose inner exception is the error <c>cancelled</c> with the steps that
        /// stay done; a followed job ends with that error. Waits a few seconds until they have stopped. A second call does
        /// nothing.
        /// </summary>
        public void Dispose()
        {
            ulong closing = (ulong)Interlocked.Exchange(ref id, 0);
            if (closing != 0)
            {
                // The library frees the jobs of a closed client, so the ends of the jobs are taken first.
                pump.CancelAll(ClosePatience);
                NativeMethods.storeship_client_close(closing);
                GC.RemoveMemoryPressure(NativeBytes);
            }
            GC.SuppressFinalize(this);
        }

        /// <summary>Closes a client that was not disposed. It has no jobs: they would have kept it alive.</summary>
        ~StoreClient()
        {
            if (id != 0)
            {
                NativeMethods.storeship_client_close((ulong)id);
                GC.RemoveMemoryPressure(NativeBytes);
            }
        }

        private ulong Id()
        {
            ulong open = (ulong)Interlocked.Read(ref id);
            return open != 0 || this == OfflineClient ? open : throw Closed();
        }

        private static ObjectDisposedException Closed() =>
            new ObjectDisposedException(nameof(StoreClient), "the client is closed; open another one");

        /// <summary>The error of an operation that ended because the client was closed while it ran.</summary>
        /// <param name="end">How the operation ended.</param>
        internal static ObjectDisposedException Closed(StoreException end) =>
            new ObjectDisposedException("the client was closed while an operation ran: " + end.Message, end);

        /// <summary>Whether an operation ended because the client was closed.</summary>
        /// <param name="end">How the operation ended.</param>
        internal bool WasClosedDuring(StoreException end) => end.Code == "cancelled" && IsClosed;

        private static byte[] Name(string operation) =>
            NativeMethods.Bytes(operation ?? throw new ArgumentNullException(nameof(operation)))!;

        private StoreResponse Read(int status, IntPtr response)
        {
            string? text = NativeMethods.TakeText(response);
            if (status == (int)StoreStatus.UnknownId && IsClosed)
            {
                throw Closed();
            }
            return StoreResponse.Of(status, text);
        }
    }
}
