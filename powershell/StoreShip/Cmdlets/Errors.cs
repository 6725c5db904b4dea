using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>Makes the error records of all cmdlets.</summary>
    internal static class Errors
    {
        /// <summary>A record whose id begins with the error code and whose recommended action is the hint.</summary>
        internal static ErrorRecord Record(StoreException exception, object? target)
        {
            return new ErrorRecord(exception, exception.Code, Category(exception), target)
            {
                ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = exception.Hint ?? "" },
            };
        }

        private static ErrorCategory Category(StoreException exception)
        {
            switch (exception.Status)
            {
                case StoreStatus.Invalid:
                case StoreStatus.UnknownOperation:
                    return ErrorCategory.InvalidArgument;
                case StoreStatus.UnknownClient:
                case StoreStatus.Forked:
                    return ErrorCategory.ConnectionError;
                case StoreStatus.Authentication:
                    return ErrorCategory.AuthenticationError;
                case StoreStatus.Network:
                    return ErrorCategory.ConnectionError;
                case StoreStatus.Cancelled:
                    return exception.Code == "cancelled" ? ErrorCategory.OperationStopped : ErrorCategory.OperationTimeout;
                case StoreStatus.LocalFile:
                    return exception.Code == "file.not_found" ? ErrorCategory.ObjectNotFound : ErrorCategory.ReadError;
                case StoreStatus.Protected:
                    return ErrorCategory.InvalidData;
                case StoreStatus.Service:
                    return ServiceCategory(exception);
                default:
                    return ErrorCategory.NotSpecified;
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
                case "submission.pending_exists": return ErrorCategory.ResourceExists;
                case "service.throttled": return ErrorCategory.LimitsExceeded;
                case "service.unavailable": return ErrorCategory.ResourceUnavailable;
                default: return ErrorCategory.InvalidResult;
            }
        }
    }
}
