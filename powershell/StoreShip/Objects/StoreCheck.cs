using System;
using System.Collections.Generic;
using StoreShip.Cmdlets;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>The result of one check of Test-Store.</summary>
    public sealed class StoreCheck
    {
        private StoreCheck(string check, string result, string message, string? remedy, StoreException? exception)
        {
            Check = ViewText.Line(check);
            Result = result;
            Message = ViewText.Line(message);
            Remedy = remedy == null ? null : ViewText.Line(remedy);
            Exception = exception;
        }

        /// <summary>
        /// The name of the check: <c>Library</c>, <c>Connection</c>, <c>Proxy</c>, <c>SignIn</c>, <c>Service</c>,
        /// <c>App 9N...</c>, <c>Clock</c> or <c>UploadHost</c>.
        /// </summary>
        public string Check { get; }

        /// <summary><c>Passed</c>, <c>Failed</c> or <c>NotChecked</c>.</summary>
        public string Result { get; }

        /// <summary>The finding, in one sentence.</summary>
        public string Message { get; }

        /// <summary>What to do about a failed check; null for any other.</summary>
        public string? Remedy { get; }

        /// <summary>The error code of a failed check; null for any other.</summary>
        public string? Code => Exception?.Code;

        /// <summary>The error of a failed check, with the response of the service; null for any other.</summary>
        public StoreException? Exception { get; }

        internal bool HasFailed => Result == "Failed";

        internal static StoreCheck Passed(string check, string message) => new StoreCheck(check, "Passed", message, null, null);

        internal static StoreCheck Failed(string check, StoreException exception) =>
            new StoreCheck(check, "Failed", exception.Message, CmdletRemedy.Translate(exception.Hint), exception);

        /// <summary>Creates the result of a check from a finding of <c>service.check</c>.</summary>
        internal static StoreCheck Of(Dictionary<string, string> finding)
        {
            string name = JsonFields.Text(finding, "name") ?? "";
            name = char.ToUpperInvariant(name[0]) + name.Substring(1);
            string? app = JsonFields.Text(finding, "appId");
            string? end = Seconds(JsonFields.Text(finding, "expiresAt"));
            string? error = JsonFields.Raw(finding, "error");
            string? ok = JsonFields.Raw(finding, "ok");
            return new StoreCheck(
                app == null ? name : name + " " + app,
                ok == null ? "NotChecked" : ok == "true" ? "Passed" : "Failed",
                JsonFields.Text(finding, "message") + (end == null ? "" : "; the token is valid until " + end),
                CmdletRemedy.Translate(JsonFields.Text(finding, "remedy")),
                error == null ? null : StoreException.FromError(error));
        }

        /// <summary>
        /// Creates the result that says which proxy is used for which host, from the <c>proxies</c> of
        /// <c>service.check</c>; null if no host is reached through a proxy, and the settings of Windows did not decide that.
        /// </summary>
        internal static StoreCheck? OfProxies(List<string> routes)
        {
            var hosts = new List<KeyValuePair<string, List<string>>>();
            bool any = false;
            foreach (string route in routes)
            {
                Dictionary<string, string> fields = JsonFields.Of(route);
                string? proxy = JsonFields.Text(fields, "proxy");
                string source = JsonFields.Text(fields, "source") ?? "";
                any |= proxy != null || source.StartsWith("the proxy settings of Windows", StringComparison.Ordinal);
                string by = (proxy ?? "no proxy") + " (" + CmdletRemedy.Translate(source) + ")";
                int index = hosts.FindIndex(known => known.Key == by);
                if (index < 0)
                {
                    index = hosts.Count;
                    hosts.Add(new KeyValuePair<string, List<string>>(by, new List<string>()));
                }
                hosts[index].Value.Add(JsonFields.Text(fields, "host") ?? "");
            }
            return any
                ? Passed("Proxy", string.Join("; ", hosts.ConvertAll(known => known.Key + " for " + string.Join(", ", known.Value))))
                : null;
        }

        /// <summary>A time without fractions of a second.</summary>
        private static string? Seconds(string? time)
        {
            int point = time == null ? -1 : time.IndexOf('.');
            return point < 0 ? time : time!.Substring(0, point) + "Z";
        }
    }
}
