using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>What an event of a job is about.</summary>
    public enum StoreEventKind
    {
        /// <summary>An event of a newer library; only <see cref="StoreEvent.Json"/> tells more.</summary>
        Other,

        /// <summary>Work done so far: <see cref="StoreEvent.Phase"/>, <see cref="StoreEvent.Done"/>, <see cref="StoreEvent.Total"/>.</summary>
        Progress,

        /// <summary>A new state of the submission: <see cref="StoreEvent.Status"/>.</summary>
        Status,

        /// <summary>A line for a log, already without secrets: <see cref="StoreEvent.Level"/>, <see cref="StoreEvent.Message"/>.</summary>
        Log,

        /// <summary>The end, the last event of every job.</summary>
        Completed,
    }

    /// <summary>One event of a job.</summary>
    public sealed class StoreEvent
    {
        internal StoreEvent(string json)
        {
            Json = json;
            Dictionary<string, string> fields = JsonFields.Of(json);
            Phase = JsonFields.Text(fields, "phase");
            Done = JsonFields.Number(fields, "done");
            Total = JsonFields.Number(fields, "total");
            Unit = JsonFields.Text(fields, "unit");
            Status = JsonFields.Text(fields, "status");
            Level = JsonFields.Text(fields, "level");
            Message = JsonFields.Text(fields, "message");
            Dropped = JsonFields.Number(fields, "dropped");
            Response = JsonFields.Raw(fields, "response");
            switch (JsonFields.Text(fields, "type"))
            {
                case "progress": Kind = StoreEventKind.Progress; break;
                case "status": Kind = StoreEventKind.Status; break;
                case "log": Kind = StoreEventKind.Log; break;
                case "completed": Kind = StoreEventKind.Completed; break;
                default: Kind = StoreEventKind.Other; break;
            }
        }

        /// <summary>What the event is about.</summary>
        public StoreEventKind Kind { get; }

        /// <summary>The event as the library gave it.</summary>
        public string Json { get; }

        /// <summary>The step of the work, for example <c>upload</c>.</summary>
        public string? Phase { get; }

        /// <summary>How much is done, in <see cref="Unit"/>.</summary>
        public long? Done { get; }

        /// <summary>How much there is to do, in <see cref="Unit"/>; null when unknown.</summary>
        public long? Total { get; }

        /// <summary>The unit of <see cref="Done"/> and <see cref="Total"/>, for example <c>bytes</c>.</summary>
        public string? Unit { get; }

        /// <summary>The state of the submission, for example <c>PreProcessing</c>.</summary>
        public string? Status { get; }

        /// <summary>The level of a log line: <c>error</c>, <c>warn</c>, <c>info</c>, <c>debug</c>.</summary>
        public string? Level { get; }

        /// <summary>The text of a log line.</summary>
        public string? Message { get; }

        /// <summary>How many log lines were dropped before this one.</summary>
        public long? Dropped { get; }

        internal string? Response { get; }
    }
}
