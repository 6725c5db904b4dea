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
        internal static ErrorRecord Create(StoreException exception, object? target, string? remedy)
        {
            return new ErrorRecord(exception, exception.Code, Category(exception), target)
            {
                ErrorDetails = new ErrorDetails(Message(exception)) { RecommendedAction = ViewText.Lines(remedy) },
            };
        }

        /// <summary>The message, followed by a line for each detail with its JSON Pointer.</summary>
        private static string Message(StoreException exception)
        {
            var text = new StringBuilder(ViewText.Lines(exception.Message));
            foreach (string detail in JsonFields.Items(exception.DetailsJson ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(detail);
                text.Append("\n  ").Append(ViewText.Line(JsonFields.Text(fields, "pointer") ?? JsonFields.Text(fields, "code")));
                text.Append(": ").Append(ViewText.Line(JsonFields.Text(fields, "message")));
            }
            return text.ToString();
        }

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
