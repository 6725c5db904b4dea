using System;
using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// An operation was refused or has failed. <see cref="Exception.Message"/> says what happened and where,
    /// <see cref="Hint"/> what to do; programs decide by <see cref="Code"/>, which is stable.
    /// </summary>
    public sealed class StoreException : Exception
    {
        /// <summary>Creates an error that was found outside of the native library.</summary>
        /// <param name="status">The class of the error.</param>
        /// <param name="code">The code, one of those that <c>library.errors</c> lists.</param>
        /// <param name="message">What happened, and where.</param>
        /// <param name="hint">What to do.</param>
        public StoreException(StoreStatus status, string code, string message, string? hint = null)
            : base(message)
        {
            Status = status;
            Code = code;
            Hint = hint;
        }

        /// <summary>Creates an error that was found outside of the native library, with the error that led to it.</summary>
        /// <param name="status">The class of the error.</param>
        /// <param name="code">The code, one of those that <c>library.errors</c> lists.</param>
        /// <param name="message">What happened, and where.</param>
        /// <param name="hint">What to do.</param>
        /// <param name="cause">The error behind it, whose HTTP exchange and findings this one has too.</param>
        internal StoreException(StoreStatus status, string code, string message, string? hint, StoreException cause)
            : base(message, cause)
        {
            Status = status;
            Code = code;
            Hint = hint;
            AppId = cause.AppId;
            FlightId = cause.FlightId;
            AddOnId = cause.AddOnId;
            SubmissionId = cause.SubmissionId;
            Http = cause.Http;
            ServiceJson = cause.ServiceJson;
            DetailsJson = cause.DetailsJson;
            ResponseJson = cause.ResponseJson;
        }

        /// <summary>The class of the error.</summary>
        public StoreStatus Status { get; }

        /// <summary>The stable code, such as <c>submission.pending_exists</c>; <c>library.errors</c> lists all.</summary>
        public string Code { get; }

        /// <summary>True if the same call may succeed later without a change.</summary>
        public bool Retryable { get; private set; }

        /// <summary>What to do, in one sentence. May be null.</summary>
        public string? Hint { get; }

        /// <summary>The id of the app that the error is about; null if it is about none, or it is not known.</summary>
        public string? AppId { get; private set; }

        /// <summary>The id of the flight that the error is about; null if it is about none, or it is not known.</summary>
        public string? FlightId { get; private set; }

        /// <summary>The id of the add-on that the error is about; null if it is about none, or it is not known.</summary>
        public string? AddOnId { get; private set; }

        /// <summary>
        /// The id of the submission that the error is about, such as the draft that a release has left; null if it is about
        /// none, or it is not known.
        /// </summary>
        public string? SubmissionId { get; private set; }

        /// <summary>The HTTP exchange that failed; null if the error has another cause.</summary>
        public StoreHttpFailure? Http { get; private set; }

        /// <summary>What the service answered, as a JSON object (<c>code</c>, <c>target</c>, <c>message</c>, <c>details</c>);
        /// null if it did not refuse.</summary>
        public string? ServiceJson { get; private set; }

        /// <summary>The findings as a JSON array of objects (<c>code</c>, <c>pointer</c>, <c>message</c>, ...); null if
        /// there are none.</summary>
        public string? DetailsJson { get; private set; }

        /// <summary>The whole response of the library as JSON; null for an error that was found outside of it.</summary>
        public string? ResponseJson { get; private set; }

        /// <summary>Reads an error that is part of a result, such as a finding of <c>service.check</c>.</summary>
        internal static StoreException FromError(string error) => FromResponse(
            (StoreStatus)(int)(JsonFields.Number(JsonFields.Of(error), "class") ?? (int)StoreStatus.Internal), error, error);

        internal static StoreException FromResponse(StoreStatus status, string response, string error)
        {
            Dictionary<string, string> fields = JsonFields.Of(error);
            Dictionary<string, string> ids = JsonFields.Of(JsonFields.Raw(fields, "ids") ?? "{}");
            var exception = new StoreException(
                status,
                JsonFields.Text(fields, "code") ?? "internal.state",
                JsonFields.Text(fields, "message") ?? "the library returned no message",
                JsonFields.Text(fields, "hint"))
            {
                Retryable = JsonFields.Raw(fields, "retryable") == "true",
                AppId = JsonFields.Text(ids, "appId"),
                FlightId = JsonFields.Text(ids, "flightId"),
                AddOnId = JsonFields.Text(ids, "addOnId"),
                SubmissionId = JsonFields.Text(ids, "submissionId"),
                ServiceJson = JsonFields.Raw(fields, "service"),
                DetailsJson = JsonFields.Raw(fields, "details"),
                ResponseJson = response,
            };
            string? http = JsonFields.Raw(fields, "http");
            if (http != null)
            {
                exception.Http = new StoreHttpFailure(JsonFields.Of(http));
            }
            return exception;
        }
    }

    /// <summary>The HTTP exchange behind an error.</summary>
    public sealed class StoreHttpFailure
    {
        internal StoreHttpFailure(Dictionary<string, string> fields)
        {
            Status = (int?)JsonFields.Number(fields, "status");
            Method = JsonFields.Text(fields, "method");
            Url = JsonFields.Text(fields, "url");
            CorrelationIds = CorrelationIdsIn(fields);
            RequestId = JsonFields.Text(fields, "requestId");
            Attempts = (int?)JsonFields.Number(fields, "attempts");
            ElapsedMs = JsonFields.Number(fields, "elapsedMs");
            Date = JsonFields.Text(fields, "date");
        }

        /// <summary>The HTTP status; null if there was no response.</summary>
        public int? Status { get; }

        /// <summary>The HTTP method.</summary>
        public string? Method { get; }

        /// <summary>The URL without its query string, which may hold secrets.</summary>
        public string? Url { get; }

        /// <summary>The correlation ids of the service, which Microsoft's support asks for. Empty if there are none.</summary>
        public IReadOnlyList<string> CorrelationIds { get; }

        /// <summary>The request id of the storage service (<c>x-ms-request-id</c>).</summary>
        public string? RequestId { get; }

        /// <summary>The time of the response by the server's clock, in RFC 3339; null if the response does not say.</summary>
        public string? Date { get; }

        /// <summary>How often the request was sent.</summary>
        public int? Attempts { get; }

        /// <summary>Milliseconds from the first attempt to the last response.</summary>
        public long? ElapsedMs { get; }

        private static IReadOnlyList<string> CorrelationIdsIn(Dictionary<string, string> fields)
        {
            var ids = new List<string>();
            foreach (string id in JsonFields.Items(JsonFields.Raw(fields, "correlationIds") ?? "[]"))
            {
                ids.Add(JsonFields.Text(id) ?? "");
            }
            return ids;
        }
    }
}
