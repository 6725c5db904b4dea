using StoreShip.Json;

namespace StoreShip
{
    /// <summary>What Test-Store found about one thing.</summary>
    public sealed class StoreCheck
    {
        private StoreCheck(string check, string result, string message, string? remedy, StoreException? exception)
        {
            Check = check;
            Result = result;
            Message = message;
            Remedy = remedy;
            Exception = exception;
        }

        /// <summary><c>Library</c>, <c>Connection</c>, <c>SignIn</c>, <c>Service</c>, <c>App 9N...</c> or <c>Clock</c>.</summary>
        public string Check { get; }

        /// <summary><c>Passed</c>, <c>Failed</c> or <c>NotChecked</c>.</summary>
        public string Result { get; }

        /// <summary>What was found, in one sentence.</summary>
        public string Message { get; }

        /// <summary>What to do about it; null unless it failed.</summary>
        public string? Remedy { get; }

        /// <summary>The error code of a failed check.</summary>
        public string? Code => Exception?.Code;

        /// <summary>The whole error of a failed check: what the service said, and the exchange.</summary>
        public StoreException? Exception { get; }

        internal bool HasFailed => Result == "Failed";

        internal static StoreCheck Passed(string check, string message) => new StoreCheck(check, "Passed", message, null, null);

        internal static StoreCheck NotChecked(string check, string why) =>
            new StoreCheck(check, "NotChecked", "not checked: " + why, null, null);

        internal static StoreCheck Failed(string check, StoreException exception) =>
            new StoreCheck(check, "Failed", Sentence(exception), exception.Hint, exception);

        /// <summary>What the sign-in service says is long and has trace ids; the code's own meaning is one sentence.</summary>
        private static string Sentence(StoreException exception)
        {
            if (exception.Status != StoreStatus.Authentication)
            {
                return exception.Message;
            }
            string codes = StoreClient.Offline.Call("library.errors");
            foreach (string item in JsonFields.Items(JsonFields.Raw(JsonFields.Of(codes), "errors") ?? "[]"))
            {
                var fields = JsonFields.Of(item);
                if (JsonFields.Text(fields, "code") == exception.Code)
                {
                    return JsonFields.Text(fields, "meaning") ?? exception.Message;
                }
            }
            return exception.Message;
        }
    }
}
