using System.Collections.Generic;
using System.Management.Automation;
using System.Text;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Creates the error records of all cmdlets.</summary>
    internal static class ErrorRecords
    {
        /// <summary>
        /// Creates a record whose error id begins with the error code and whose recommended action is the remedy.
        /// </summary>
        /// <param name="exception">The error.</param>
        /// <param name="target">The object that the error is about, for TargetObject.</param>
        /// <param name="remedy">What the user can do, with the names of cmdlets and parameters.</param>
        /// <param name="words">Rewrites what is said of the request; null leaves it as it is.</param>
        internal static ErrorRecord Create(StoreException exception, object? target, string? remedy, RequestWords? words = null)
        {
            if (exception.Code == "listing.invalid")
            {
                // It names members of the files of a folder, which are no fields of the request.
                words = null;
            }
            string message = words == null ? exception.Message : words.Message(exception.Message);
            List<Dictionary<string, string>> details = JsonFields.Items(exception.DetailsJson ?? "[]").ConvertAll(JsonFields.Of);
            // The places of other errors are in the document.
            List<string> parameters = exception.Status != StoreStatus.Invalid ? new List<string>()
                : details.ConvertAll(detail => words?.ParameterAt(JsonFields.Text(detail, "pointer")) ?? "");
            List<string> named = parameters.FindAll(parameter => parameter.Length > 0);
            string? only = named.Count == 1 ? named[0] : null;
            var text = new StringBuilder(ViewText.Lines(message));
            for (int i = 0; i < details.Count; i++)
            {
                string parameter = i < parameters.Count ? parameters[i] : "";
                string? label = parameter.Length > 0 ? parameter : JsonFields.Text(details[i], "pointer");
                string said = JsonFields.Text(details[i], "message") ?? "";
                // The message is about the parameter if there is only one.
                if (!(parameter.Length > 0 && only != null) && !IsSaid(exception, label, said))
                {
                    text.Append("\n  ").Append(ViewText.Line(label ?? JsonFields.Text(details[i], "code"))).Append(": ").Append(ViewText.Line(said));
                }
            }
            return new ErrorRecord(exception, exception.Code, Category(exception), WithIds(target, exception))
            {
                ErrorDetails = new ErrorDetails(text.ToString())
                {
                    RecommendedAction = ViewText.Lines(words == null ? remedy : words.Remedy(remedy, exception.Message, only)),
                },
            };
        }

        /// <summary>The target with the ids of the error as its properties: <c>$_.TargetObject.SubmissionId</c>.</summary>
        private static object? WithIds(object? target, StoreException exception)
        {
            if (!(target is string text))
            {
                return target;
            }
            var named = new PSObject(text);
            foreach (KeyValuePair<string, string?> id in new Dictionary<string, string?>
            {
                [nameof(StoreException.AppId)] = exception.AppId,
                [nameof(StoreException.FlightId)] = exception.FlightId,
                [nameof(StoreException.AddOnId)] = exception.AddOnId,
                [nameof(StoreException.SubmissionId)] = exception.SubmissionId,
            })
            {
                if (id.Value != null)
                {
                    named.Properties.Add(new PSNoteProperty(id.Key, id.Value));
                }
            }
            return named;
        }

        /// <summary>Whether the message has a detail already: its text, or all of the first places of damage.</summary>
        private static bool IsSaid(StoreException exception, string? pointer, string said) =>
            (said.Length > 12 && exception.Message.Contains(said))
            || (exception.Code == "document.damaged" && pointer != null && exception.Message.Contains("'" + pointer + "': "));

        private static ErrorCategory Category(StoreException exception)
        {
            switch (exception.Status)
            {
                case StoreStatus.Invalid:
                case StoreStatus.UnknownOperation:
                    return ErrorCategory.InvalidArgument;
                case StoreStatus.UnknownId:
                case StoreStatus.Forked:
                    return ErrorCategory.ConnectionError;
                case StoreStatus.Authentication:
                    return ErrorCategory.AuthenticationError;
                case StoreStatus.Network:
                    return ErrorCategory.ConnectionError;
                case StoreStatus.Cancelled:
                    return exception.Code == "cancelled" ? ErrorCategory.OperationStopped : ErrorCategory.OperationTimeout;
                case StoreStatus.File:
                    return FileCategory(exception.Code);
                case StoreStatus.Protected:
                    return ErrorCategory.InvalidData;
                case StoreStatus.Service:
                    return ServiceCategory(exception);
                default:
                    return ErrorCategory.NotSpecified;
            }
        }

        private static ErrorCategory FileCategory(string code)
        {
            switch (code)
            {
                case "file.no_match":
                case "file.not_found": return ErrorCategory.ObjectNotFound;
                case "file.exists": return ErrorCategory.ResourceExists;
                case "file.name": return ErrorCategory.InvalidArgument;
                case "file.unwritable": return ErrorCategory.WriteError;
                default: return ErrorCategory.ReadError;
            }
        }

        private static ErrorCategory ServiceCategory(StoreException exception)
        {
            if (exception.Code.EndsWith(".not_found", System.StringComparison.Ordinal))
            {
                return ErrorCategory.ObjectNotFound;
            }
            switch (exception.Code)
            {
                case "submission.pending_exists":
                case "flight.exists":
                case "add_on.exists":
                    return ErrorCategory.ResourceExists;
                case "service.throttled": return ErrorCategory.LimitsExceeded;
                case "service.unavailable": return ErrorCategory.ResourceUnavailable;
                default: return ErrorCategory.InvalidResult;
            }
        }
    }
}
