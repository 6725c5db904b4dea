using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Shows the progress of a job in two bars: one for the steps of the operation, and below it one for the present step,
    /// for example the bytes of an upload.
    /// </summary>
    internal sealed class ProgressBars
    {
        /// <summary>The time between two updates. Hosts draw slowly, Windows PowerShell in particular.</summary>
        private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(100);

        private readonly string activity;
        private readonly Action<ProgressRecord> write;
        private readonly Stopwatch sinceUpdate = Stopwatch.StartNew();
        private ProgressRecord? steps;
        private ProgressRecord? detail;

        internal ProgressBars(string activity, Action<ProgressRecord> write)
        {
            this.activity = ViewText.Line(activity);
            this.write = write;
        }

        /// <summary>Shows a progress event.</summary>
        internal void Show(StoreEvent progress)
        {
            bool isSteps = progress.Unit == "steps";
            string phase = ViewText.Line(progress.Phase ?? "working");
            bool isNew = (isSteps ? steps : detail)?.Activity != (isSteps ? activity : phase);
            if (!isNew && progress.Done != progress.Total && sinceUpdate.Elapsed < UpdateInterval)
            {
                return;
            }
            string count = progress.Unit == "bytes"
                ? MiB(progress.Done) + " of " + MiB(progress.Total) + " MiB"
                : progress.Done + " of " + progress.Total + " " + progress.Unit;
            var record = new ProgressRecord(isSteps ? 0 : 1, isSteps ? activity : phase, count);
            if (!isSteps && steps != null)
            {
                record.ParentActivityId = 0;
            }
            if (progress.Done != null && progress.Total > 0)
            {
                record.PercentComplete = (int)Math.Min(100, 100.0 * progress.Done.Value / progress.Total.Value);
            }
            if (isSteps)
            {
                steps = record;
            }
            else
            {
                detail = record;
            }
            write(record);
            sinceUpdate.Restart();
        }

        /// <summary>Removes the bars.</summary>
        internal void Complete()
        {
            foreach (ProgressRecord? record in new[] { detail, steps })
            {
                if (record != null)
                {
                    record.RecordType = ProgressRecordType.Completed;
                    write(record);
                }
            }
        }

        private static string MiB(long? bytes) =>
            ((bytes ?? 0) / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
