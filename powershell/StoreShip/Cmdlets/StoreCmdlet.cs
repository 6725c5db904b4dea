using System;
using System.Linq;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>The base of all cmdlets: error records, and operations that Ctrl+C cancels.</summary>
    public abstract partial class StoreCmdlet : PSCmdlet
    {
        /// <summary>
        /// The longest wait for an event. The host must get control back this often, or Ctrl+C would not work.
        /// </summary>
        private static readonly TimeSpan EventTimeout = TimeSpan.FromMilliseconds(200);

        /// <summary>Guards <see cref="running"/> against StopProcessing, which runs on another thread.</summary>
        private readonly object runningLock = new object();
        private StoreJob? running;
        private volatile bool stopping;

        /// <summary>True after Ctrl+C.</summary>
        protected bool IsStopping => stopping;

        /// <summary>The <c>meta</c> of the last response as JSON: facts about the call. Null if the response had none.</summary>
        private protected string? Meta { get; private set; }

        /// <summary>The ids of the app, flight, add-on and submission that the last result is about.</summary>
        private protected StoreIds ResultIds => StoreIds.OfMeta(Meta);

        /// <summary>Creates the object of the last operation's result, with the ids in its meta.</summary>
        /// <param name="json">The result, byte for byte.</param>
        /// <param name="typeName">The type name for the format file, for example <c>StoreShip.Submission</c>.</param>
        private protected PSObject Result(string json, string typeName) => StoreObject.FromResult(json, typeName, ResultIds);

        /// <summary>Writes a line to the verbose stream. It may contain text of the service, which is made safe to show.</summary>
        private protected new void WriteVerbose(string text) => base.WriteVerbose(ViewText.Line(text));

        /// <summary>Writes a line to the warning stream. It may contain text of the service, which is made safe to show.</summary>
        private protected new void WriteWarning(string text) => base.WriteWarning(ViewText.Line(text));

        /// <summary>Writes a line to the debug stream. It may contain text of the service, which is made safe to show.</summary>
        private protected new void WriteDebug(string text) => base.WriteDebug(ViewText.Line(text));

        /// <summary>
        /// A word of a ValidateSet as the set spells it, which is how the contract does: the binder takes it in any letter case.
        /// </summary>
        /// <param name="parameter">The name of the parameter.</param>
        /// <param name="given">Its value; null stays null.</param>
        private protected string? Word(string parameter, string? given) =>
            given == null ? null : GetType().GetProperty(parameter)!.GetCustomAttributes(typeof(ValidateSetAttribute), false)
                .Cast<ValidateSetAttribute>().Single().ValidValues.First(word => string.Equals(word, given, StringComparison.OrdinalIgnoreCase));

        /// <summary>Processes one item of the pipeline. Throws a <see cref="StoreException"/> for an error.</summary>
        protected abstract void Process();

        /// <summary>The TargetObject of an error record of the present item.</summary>
        protected virtual object? ErrorTarget => null;

        /// <summary>The remedy of an error, with the names of cmdlets and parameters.</summary>
        /// <param name="hint">The remedy of the library.</param>
        private protected virtual string? Remedy(string? hint) => CmdletRemedy.Translate(hint);

        /// <summary>Rewrites what an error says of the request; null leaves it as it is.</summary>
        private protected virtual RequestWords? Words => new RequestWords(MyInvocation);

        /// <inheritdoc/>
        protected sealed override void ProcessRecord() => Guard(Process);

        /// <inheritdoc/>
        protected override void StopProcessing()
        {
            lock (runningLock)
            {
                stopping = true;
                running?.Cancel();
            }
        }

        /// <summary>
        /// Runs code and turns its exceptions into error records. The errors are terminating, except for an item of a
        /// pipeline: then the next item follows.
        /// </summary>
        /// <param name="work">The code to run.</param>
        private protected void Guard(Action work)
        {
            try
            {
                work();
            }
            catch (StoreException exception)
            {
                Report(ErrorRecords.Create(exception, ErrorTarget, RequestWords.IsOfRelease(exception.Message) ? exception.Hint : Remedy(exception.Hint), Words));
            }
            catch (ArgumentException exception)
            {
                // A parameter held a string with an unpaired surrogate, which UTF-8 can't encode.
                Report(new ErrorRecord(exception, "argument.encoding", ErrorCategory.InvalidArgument, ErrorTarget)
                {
                    ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = "leave out the half of a surrogate pair" },
                });
            }
            catch (DllNotFoundException exception)
            {
                ThrowTerminatingError(new ErrorRecord(exception, "library.not_loaded", ErrorCategory.NotInstalled, null));
            }
        }

        /// <summary>Runs an operation as a job and shows its events as progress, verbose text and warnings.</summary>
        /// <param name="client">The client.</param>
        /// <param name="operation">The name of the operation.</param>
        /// <param name="request">The request of the operation.</param>
        /// <returns>The result as JSON.</returns>
        private protected string Run(StoreClient client, string operation, RequestText request)
        {
            using StoreJob job = Start(client, operation, request.ToString());
            lock (runningLock)
            {
                running = job;
                if (IsStopping)
                {
                    job.Cancel();
                }
            }
            try
            {
                Follow(job);
            }
            catch (PipelineStoppedException)
            {
                // Ends the job.
                job.Dispose();
                Stopped(job);
                throw;
            }
            finally
            {
                lock (runningLock)
                {
                    running = null;
                }
            }
            Meta = job.Meta;
            try
            {
                return job.Result();
            }
            catch (StoreException exception) when (client.WasClosedDuring(exception))
            {
                throw StoreConnection.Closed(exception);
            }
        }

        /// <summary>Called after Ctrl+C, when the job has ended or was given up.</summary>
        private protected virtual void Stopped(StoreJob job)
        {
        }

        private static StoreJob Start(StoreClient client, string operation, string request)
        {
            try
            {
                return client.Start(operation, request);
            }
            catch (ObjectDisposedException)
            {
                throw StoreConnection.Closed();
            }
        }

        private void Follow(StoreJob job)
        {
            var bars = new ProgressBars(MyInvocation.MyCommand.Name + ", " + ErrorTarget, WriteProgress);
            while (!job.IsCompleted)
            {
                StoreEvent? next = job.Next(EventTimeout);
                if (IsStopping)
                {
                    throw new PipelineStoppedException();
                }
                switch (next?.Kind)
                {
                    case StoreEventKind.Progress:
                        bars.Show(next);
                        break;
                    case StoreEventKind.Status:
                        WriteVerbose("status: " + next.Status);
                        bars.ShowState(next.Status ?? "");
                        break;
                    case StoreEventKind.Log:
                        WriteLog(next);
                        break;
                    case StoreEventKind.Item:
                        Finished(next);
                        break;
                }
                bars.Refresh();
            }
            bars.Complete();
        }

        /// <summary>Takes an item of the operation that is finished.</summary>
        /// <param name="item">The event with its response.</param>
        private protected virtual void Finished(StoreEvent item)
        {
        }

        private void WriteLog(StoreEvent log)
        {
            if (log.Dropped > 0)
            {
                WriteVerbose(log.Dropped + " log lines were dropped here");
            }
            string message = log.Message ?? "";
            switch (log.Level)
            {
                case StoreEventLevel.Warning: WriteWarning(message); break;
                case StoreEventLevel.Debug: WriteDebug(message); break;
                default: WriteVerbose(message); break;
            }
        }

        /// <summary>
        /// Whether an item is complete by itself: no other command goes on with what the cmdlet leaves when it fails.
        /// </summary>
        private protected virtual bool IsItemComplete => false;

        /// <summary>Whether the present error is that of one of several items of an operation, whose others go on.</summary>
        private protected virtual bool IsOneOfMany => false;

        /// <summary>
        /// Whether an error terminates even for an item of a pipeline: nobody can answer, which is so for all items; or the error
        /// protects data. If such an error were skipped like any other, the next command of the script would commit the draft
        /// without the edit.
        /// </summary>
        private bool AlwaysTerminates(ErrorRecord record, bool isItem) =>
            record.Exception is StoreException exception
            && (exception.Code == "confirmation.unanswered"
                || (!(isItem && IsItemComplete)
                    && (exception.Status == StoreStatus.Protected || exception.Code == "document.unsupported_value" || exception.Code == "request.blank_id")));

        /// <summary>Whether the caller asked for errors to be passed over.</summary>
        private bool PassesOverErrors =>
            MyInvocation.BoundParameters.TryGetValue("ErrorAction", out object given)
            && (given.Equals(ActionPreference.SilentlyContinue) || given.Equals(ActionPreference.Ignore));

        private void Report(ErrorRecord record)
        {
            if (IsStopping)
            {
                throw new PipelineStoppedException();
            }
            bool isItem = MyInvocation.ExpectingInput || IsOneOfMany;
            if ((isItem || PassesOverErrors) && !AlwaysTerminates(record, isItem))
            {
                WriteError(record);
            }
            else
            {
                ThrowTerminatingError(record);
            }
        }

        /// <summary>The full path of a file that a parameter names. Wildcards are not expanded.</summary>
        /// <param name="path">The value of the parameter.</param>
        /// <exception cref="StoreException">The path is empty or not one of the file system (<c>file.name</c>).</exception>
        private protected string FilePath(string path)
        {
            // Without these checks, an empty path would name the current folder, and env:HOME a file of that name.
            if (string.IsNullOrWhiteSpace(path))
            {
                throw new StoreException(StoreStatus.File, "file.name", "a path is empty", "give the path of a file");
            }
            try
            {
                string full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
                if (provider.Name != "FileSystem")
                {
                    throw new StoreException(
                        StoreStatus.File, "file.name", path + " is a path of the provider " + provider.Name + ", not of a file",
                        "give the path of a file");
                }
                return full;
            }
            catch (Exception exception) when (exception is DriveNotFoundException || exception is ProviderNotFoundException)
            {
                throw new StoreException(
                    StoreStatus.File, "file.name", path + " is not the path of a file: " + exception.Message, "give the path of a file");
            }
        }
    }
}
