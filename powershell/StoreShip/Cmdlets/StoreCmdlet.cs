using System;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>What all cmdlets share: errors as records, and operations that Ctrl+C can end.</summary>
    public abstract class StoreCmdlet : PSCmdlet
    {
        /// <summary>The longest stay in native code: the host gets control back this often.</summary>
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

        private readonly object gate = new object();
        private StoreJob? running;
        private volatile bool stopping;

        /// <summary>True after Ctrl+C.</summary>
        protected bool IsStopping => stopping;

        /// <summary>What the last operation told besides its result, as JSON.</summary>
        private protected string? Meta { get; private set; }

        /// <summary>Handles one item of the pipeline; errors may be thrown as <see cref="StoreException"/>.</summary>
        protected abstract void Process();

        /// <summary>What an error of the present item is about, for TargetObject.</summary>
        protected virtual object? ErrorTarget => null;

        /// <summary>What to do about an error, in the words that the user of this cmdlet has.</summary>
        private protected virtual string? Remedy(string? hint) => CmdletWords.Of(hint);

        /// <inheritdoc/>
        protected sealed override void ProcessRecord() => Guard(Process);

        /// <inheritdoc/>
        protected override void StopProcessing()
        {
            lock (gate)
            {
                stopping = true;
                running?.Cancel();
            }
        }

        /// <summary>Turns exceptions into error records: terminating ones, except for an item of a pipeline.</summary>
        /// <param name="work">What may throw.</param>
        private protected void Guard(Action work)
        {
            try
            {
                work();
            }
            catch (StoreException exception)
            {
                Report(Errors.Record(exception, ErrorTarget, Remedy(exception.Hint)));
            }
            catch (ArgumentException exception)
            {
                // Text that no UTF-8 can hold, from a -Json parameter.
                Report(new ErrorRecord(exception, "argument.encoding", ErrorCategory.InvalidArgument, ErrorTarget));
            }
            catch (DllNotFoundException exception)
            {
                ThrowTerminatingError(new ErrorRecord(exception, "library.not_loaded", ErrorCategory.NotInstalled, null));
            }
        }

        /// <summary>Runs an operation on this client as a job, and shows its events.</summary>
        /// <param name="client">The client.</param>
        /// <param name="operation">The operation.</param>
        /// <param name="request">Its request.</param>
        /// <returns>The result as JSON.</returns>
        private protected string Run(StoreClient client, string operation, RequestText request)
        {
            using StoreJob job = Start(client, operation, request.ToString());
            lock (gate)
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
            finally
            {
                lock (gate)
                {
                    running = null;
                }
            }
            Meta = job.Meta;
            return job.Result();
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
                StoreEvent? next = job.Next(Step);
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
                        break;
                    case StoreEventKind.Log:
                        WriteLog(next);
                        break;
                }
            }
            bars.Complete();
        }

        private void WriteLog(StoreEvent log)
        {
            if (log.Dropped > 0)
            {
                WriteVerbose(log.Dropped + " lines were left out here");
            }
            if (log.Level == StoreEventLevel.Warning)
            {
                WriteWarning(log.Message ?? "");
            }
            else
            {
                WriteVerbose(log.Message ?? "");
            }
        }

        /// <summary>
        /// An edit that was refused is no item to skip: the next command of the script would commit the draft without it.
        /// </summary>
        private static bool ProtectsData(ErrorRecord record) =>
            record.Exception is StoreException exception
            && (exception.Status == StoreStatus.Protected || exception.Code == "document.unsupported_value");

        private void Report(ErrorRecord record)
        {
            if (IsStopping)
            {
                throw new PipelineStoppedException();
            }
            if (MyInvocation.ExpectingInput && !ProtectsData(record))
            {
                WriteError(record);
            }
            else
            {
                ThrowTerminatingError(record);
            }
        }

        /// <summary>The file that a parameter means: always of the file system, never a wildcard.</summary>
        /// <param name="path">What the user gave.</param>
        /// <exception cref="StoreException">The text is empty or of another provider.</exception>
        private protected string FilePath(string path)
        {
            // An empty path would be the current folder, and env:HOME a file of that name.
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
                        StoreStatus.File, "file.name", path + " is a path of " + provider.Name + ", not of a file", "give the path of a file");
                }
                return full;
            }
            catch (Exception exception) when (exception is DriveNotFoundException || exception is ProviderNotFoundException)
            {
                throw new StoreException(
                    StoreStatus.File, "file.name", path + " is not a path of a file here: " + exception.Message, "give the path of a file");
            }
        }
    }
}
