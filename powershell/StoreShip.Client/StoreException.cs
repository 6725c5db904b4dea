using System;
using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A refused or failed operation. <see cref="Exception.Message"/> says what happened and where,
    /// <see cref="Hint"/> what to do, <see cref="Code"/> is stable and meant for programs.
    /// </summary>
    public sealed class StoreException : Exception
    {
        /// <summary>Makes an error that did not come from the library.</summary>
        /// <param name="status">The class of the error.</param>
        /// <param name="code">The dotted, stable code.</param>
        /// <param name="message">What happened, and where.</param>
        /// <param name="hint">What to do.</param>
        public StoreException(StoreStatus status, string code, string message, string? hint = null)
            : base(message)
        {
            Status = status;
            Code = code;
            Hint = hint;
        }

        /// <summary>The class of the error.</summary>
        public StoreStatus Status { get; }

        /// <summary>The dotted, stable code, for example <c>submission.pending_exists</c>.</summary>
        public string Code { get; }

        /// <summary>True when the same call may succeed later.</summary>
        public bool Retryable { get; private set; }

        /// <summary>What to do, in one sentence; null when nothing is known.</summary>
        public string? Hint { get; }

        /// <summary>The exchange with the service; null when nothing was sent.</summary>
        public StoreHttpFailure? Http { get; private set; }

        /// <summary>The service's own words as JSON (<c>code</c>, <c>target</c>, <c>details</c>); null without.</summary>
        public string? ServiceJson { get; private set; }

        /// <summary>Single findings as a JSON array of objects (<c>pointer</c>, <c>message</c>, ...); null without.</summary>
        public string? DetailsJson { get; private set; }

        /// <summary>The whole response of the library; null for an error that did not come from it.</summary>
        public string? ResponseJson { get; private set; }

        /// <summary>An error that is told inside of a result: its class is its status.</summary>
        internal static StoreException FromError(string error) => FromResponse(
            (StoreStatus)(int)(JsonFields.Number(JsonFields.Of(error), "class") ?? (int)StoreStatus.Internal), error, error);

        internal static StoreException FromResponse(StoreStatus status, string response, string error)
        {
            Dictionary<string, string> fields = JsonFields.Of(error);
            var exception = new StoreException(
                status,
                JsonFields.Text(fields, "code") ?? "internal",
                JsonFields.Text(fields, "message") ?? "the library gave no message",
                JsonFields.Text(fields, "hint"))
            {
                Retryable = JsonFields.Raw(fields, "retryable") == "true",
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

    /// <summary>The exchange with the service behind an error. The URL never carries a query string.</summary>
    public sealed class StoreHttpFailure
    {
        internal StoreHttpFailure(Dictionary<string, string> fields)
        {
            Status = (int?)JsonFields.Number(fields, "status");
            Method = JsonFields.Text(fields, "method");
            Url = JsonFields.Text(fields, "url");
            CorrelationId = JsonFields.Text(fields, "correlationId");
            RequestId = JsonFields.Text(fields, "requestId");
            Attempts = (int?)JsonFields.Number(fields, "attempts");
            ElapsedMs = JsonFields.Number(fields, "elapsedMs");
            Date = JsonFields.Text(fields, "date");
        }

        /// <summary>The HTTP status; null when no answer came.</summary>
        public int? Status { get; }

        /// <summary>The HTTP method.</summary>
        public string? Method { get; }

        /// <summary>The address without its query string.</summary>
        public string? Url { get; }

        /// <summary>The service's correlation id, which its support asks for.</summary>
        public string? CorrelationId { get; }

        /// <summary>The request id of the storage service.</summary>
        public string? RequestId { get; }

        /// <summary>When the server answered, by its own clock, RFC 3339; null when it did not tell.</summary>
        public string? Date { get; }

        /// <summary>How often the call was tried.</summary>
        public int? Attempts { get; }

        /// <summary>Milliseconds from the first try to the end.</summary>
        public long? ElapsedMs { get; }
    }
}
