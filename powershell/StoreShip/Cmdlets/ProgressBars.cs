using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Shows the progress of a job in two bars: one for the steps of the operation, and below it one for the present step:
    /// the bytes of an upload with their rate and the remaining time, or the state of the submission with the time that the
    /// job has waited.
    /// </summary>
    internal sealed class ProgressBars
    {
        /// <summary>The time between two updates of one step. Hosts draw slowly, Windows PowerShell in particular.</summary>
        private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(100);

        /// <summary>The time after which the times in a bar are written again although no event came.</summary>
        private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

        private readonly string activity;
        private readonly Action<ProgressRecord> write;
        private readonly Stopwatch sinceUpdate = Stopwatch.StartNew();
        private readonly Stopwatch sincePhase = new Stopwatch();
        private ProgressRecord? steps;
        private ProgressRecord? detail;

        /// <summary>The latest progress of the present step, and where it began in this job: a resumed upload is ahead.</summary>
        private StoreEvent? latest;
        private long first;

        /// <summary>The state of the submission while the job waits for it.</summary>
        private string? state;

        /// <summary>Whether the latest event is not shown yet.</summary>
        private bool isPending;

        internal ProgressBars(string activity, Action<ProgressRecord> write)
        {
            this.activity = ViewText.Line(activity);
            this.write = write;
        }

        /// <summary>
        /// Shows a progress event. Steps are few, so each is shown; of many events of one step the latest is shown after a
        /// while, by the next event or by <see cref="Refresh"/>.
        /// </summary>
        internal void Show(StoreEvent progress)
        {
            if (progress.Unit == "steps")
            {
                Flush();
                steps = new ProgressRecord(0, activity, progress.Done + " of " + progress.Total + " steps")
                {
                    PercentComplete = Percent(progress),
                };
                write(steps);
                return;
            }
            bool isNew = latest?.Phase != progress.Phase;
            if (isNew)
            {
                Flush();
                state = null;
                first = progress.Done ?? 0;
                sincePhase.Restart();
            }
            latest = progress;
            isPending = true;
            if (isNew || progress.Done == progress.Total || sinceUpdate.Elapsed >= UpdateInterval)
            {
                Flush();
            }
        }

        /// <summary>Shows the state of a submission that the job waits for.</summary>
        internal void ShowState(string status)
        {
            if (state == null)
            {
                Flush();
                latest = null;
                sincePhase.Restart();
            }
            state = ViewText.Line(status);
            isPending = true;
            Flush();
        }

        /// <summary>Shows what is not shown yet, and the times again. The caller calls this often, also while no event comes.</summary>
        internal void Refresh()
        {
            bool isUnderway = state != null || (latest != null && latest.Done != latest.Total);
            if ((isPending && sinceUpdate.Elapsed >= UpdateInterval) || (isUnderway && sinceUpdate.Elapsed >= TickInterval))
            {
                isPending = true;
                Flush();
            }
        }

        /// <summary>Removes the bars.</summary>
        internal void Complete()
        {
            Flush();
            foreach (ProgressRecord? record in new[] { detail, steps })
            {
                if (record != null)
                {
                    record.RecordType = ProgressRecordType.Completed;
                    write(record);
                }
            }
        }

        /// <summary>Shows the latest event of the present step, if it is not shown yet.</summary>
        private void Flush()
        {
            if (!isPending)
            {
                return;
            }
            isPending = false;
            detail = state != null ? Waiting(state) : Underway(latest!);
            if (steps != null)
            {
                detail.ParentActivityId = 0;
            }
            write(detail);
            sinceUpdate.Restart();
        }

        private ProgressRecord Waiting(string status) => new ProgressRecord(
            1, steps != null ? "waiting for the Store" : activity,
            status + ", " + Elapsed(sincePhase.Elapsed));

        private ProgressRecord Underway(StoreEvent progress)
        {
            string text = progress.Unit == "bytes"
                ? MiB(progress.Done ?? 0) + " of " + MiB(progress.Total ?? 0) + " MiB"
                : progress.Done + " of " + progress.Total + " " + progress.Unit;
            // Until an event has the rate, that of the whole step so far is shown.
            double rate = progress.PerSecond ?? ((progress.Done ?? 0) - first) / Math.Max(sincePhase.Elapsed.TotalSeconds, 0.001);
            bool hasRate = progress.Unit == "bytes" && rate > 0;
            if (hasRate)
            {
                text += ", " + MiB(rate) + " MiB/s";
            }
            return new ProgressRecord(1, ViewText.Line(progress.Phase ?? "working"), text)
            {
                PercentComplete = Percent(progress),
                SecondsRemaining = hasRate ? (int)Math.Min(int.MaxValue, ((progress.Total ?? 0) - (progress.Done ?? 0)) / rate) : -1,
            };
        }

        private static string Elapsed(TimeSpan time) =>
            ((long)time.TotalHours).ToString(CultureInfo.InvariantCulture) + time.ToString(@"\:mm\:ss", CultureInfo.InvariantCulture);

        private static int Percent(StoreEvent progress) =>
            progress.Done != null && progress.Total > 0 ? (int)Math.Min(100, 100.0 * progress.Done.Value / progress.Total.Value) : -1;

        private static string MiB(double bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
