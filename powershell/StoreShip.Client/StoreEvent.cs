using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>The type of an event of a job.</summary>
    public enum StoreEventKind
    {
        /// <summary>A type that this version does not know; see <see cref="StoreEvent.Json"/>.</summary>
        Other,

        /// <summary>How far a phase is: <see cref="StoreEvent.Phase"/>, <see cref="StoreEvent.Done"/>,
        /// <see cref="StoreEvent.Total"/>, <see cref="StoreEvent.Unit"/>, and with bytes <see cref="StoreEvent.PerSecond"/>
        /// and <see cref="StoreEvent.RemainingSeconds"/>.</summary>
        Progress,

        /// <summary>The submission has another status: <see cref="StoreEvent.Status"/>.</summary>
        Status,

        /// <summary>A line for people, without secrets: <see cref="StoreEvent.Level"/>,
        /// <see cref="StoreEvent.Message"/>.</summary>
        Log,

        /// <summary>One of several items of the operation is finished: <see cref="StoreEvent.Index"/>,
        /// <see cref="StoreEvent.ItemResponse"/>.</summary>
        Item,

        /// <summary>The last event of every job, with its response: <see cref="StoreEvent.Response"/>.</summary>
        Completed,
    }

    /// <summary>The importance of a log line, as the library names it.</summary>
    public enum StoreEventLevel
    {
        /// <summary>For people who look for a fault: each request and its answer.</summary>
        Debug,

        /// <summary>For people who follow the operation in detail.</summary>
        Verbose,

        /// <summary>For everyone: something needs attention although the operation goes on.</summary>
        Warning,
    }

    /// <summary>An event of a job.</summary>
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
            PerSecond = JsonFields.Number(fields, "perSecond");
            RemainingSeconds = JsonFields.Number(fields, "remainingSeconds");
            Status = JsonFields.Text(fields, "status");
            Message = JsonFields.Text(fields, "message");
            Dropped = JsonFields.Number(fields, "dropped");
            Index = JsonFields.Number(fields, "index");
            Response = JsonFields.Raw(fields, "response");
            switch (JsonFields.Text(fields, "type"))
            {
                case "progress": Kind = StoreEventKind.Progress; break;
                case "status": Kind = StoreEventKind.Status; break;
                case "log": Kind = StoreEventKind.Log; break;
                case "item": Kind = StoreEventKind.Item; break;
                case "completed": Kind = StoreEventKind.Completed; break;
                default: Kind = StoreEventKind.Other; break;
            }
            switch (JsonFields.Text(fields, "level"))
            {
                case "debug": Level = StoreEventLevel.Debug; break;
                case "verbose": Level = StoreEventLevel.Verbose; break;
                case "warning": Level = StoreEventLevel.Warning; break;
            }
        }

        /// <summary>The last event of a job that the library no longer knows.</summary>
        /// <param name="status">The class of the error.</param>
        /// <param name="code">The code of the error.</param>
        /// <param name="message">The message, which needs no escapes in JSON.</param>
        internal static StoreEvent Failed(StoreStatus status, string code, string message) => new StoreEvent(
            "{\"type\":\"completed\",\"response\":{\"ok\":false,\"error\":{\"code\":\"" + code + "\",\"class\":" + (int)status
            + ",\"message\":\"" + message + "\",\"retryable\":false}}}");

        /// <summary>The type of the event.</summary>
        public StoreEventKind Kind { get; }

        /// <summary>The event as the library returned it.</summary>
        public string Json { get; }

        /// <summary>The phase of the operation: <c>publish</c>, <c>upload</c>, <c>rollout</c> or <c>wait</c>.</summary>
        public string? Phase { get; }

        /// <summary>How many units of the phase are finished.</summary>
        public long? Done { get; }

        /// <summary>How many units the phase has.</summary>
        public long? Total { get; }

        /// <summary>What is counted: <c>steps</c>, <c>bytes</c> or <c>submissions</c>.</summary>
        public string? Unit { get; }

        /// <summary>With bytes: how many are finished a second, over the last seconds. Null before it is known.</summary>
        public long? PerSecond { get; }

        /// <summary>With bytes: the time that the rest takes at this rate, in seconds. Null before the rate is known.</summary>
        public long? RemainingSeconds { get; }

        /// <summary>The status of the submission as the service spells it, such as <c>PreProcessing</c>.</summary>
        public string? Status { get; }

        /// <summary>The importance of a log line. Null if this is no log line, or its level is newer than this version.</summary>
        public StoreEventLevel? Level { get; }

        /// <summary>The text of a log line.</summary>
        public string? Message { get; }

        /// <summary>How many log lines before this one were dropped because nobody took them. Null means none.</summary>
        public long? Dropped { get; internal set; }

        /// <summary>The place of an item in the list of the request, from 0.</summary>
        public long? Index { get; }

        /// <summary>The response of an item.</summary>
        /// <exception cref="StoreException">The item failed.</exception>
        /// <exception cref="System.InvalidOperationException">The event is not about an item.</exception>
        public StoreResponse ItemResponse() => Kind == StoreEventKind.Item
            ? StoreResponse.OfJob(Response ?? "{}")
            : throw new System.InvalidOperationException("the event is not about an item");

        /// <summary>The response in the last event, and in that of an item.</summary>
        internal string? Response { get; }
    }
}
