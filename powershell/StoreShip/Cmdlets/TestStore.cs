using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Checks the connection to the Store and reports each problem with its remedy.</summary>
    /// <remarks>
    /// <para>The cmdlet checks the sign-in, the service and the upload storage, and returns one object for each check:
    /// Library, Connection, SignIn, Service, App for each app of -AppId, Clock and UploadHost. If a proxy is used, or
    /// the settings of Windows name a script for proxies, the object Proxy says what is used for which hosts, and which
    /// setting decides that. A failed check has a message
    /// and a remedy. It finds a wrong or expired secret, an unknown client or tenant, an application that is not associated
    /// with the Partner Center account or lacks the Manager role, a token for another service, a clock that is off by more
    /// than five minutes, an app that the account can't see, a proxy that blocks requests, and a service or storage that
    /// can't be reached. It changes nothing, and a failed check is not an error.</para>
    /// <para>The sign-in check uses the token of the connection if it has a valid one, and signs in otherwise. Connect-Store
    /// fails if it can't sign in; use Connect-Store -NoSignIn to connect anyway, and Test-Store to find the problem.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreConnection">A connection.</inputs>
    /// <outputs type="StoreShip.StoreCheck">One object for each check, with Check, Result (Passed, Failed or NotChecked),
    /// Message and Remedy; a failed one also has Code and Exception. With -Quiet, True if no check failed.</outputs>
    /// <example>
    /// <title>Find out what is wrong</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $null = Connect-Store -FromEnvironment -NoSignIn
    /// Test-Store -AppId 9NBLGGH4R315 | Format-List
    /// </code>
    /// <para>Checks the credential from the environment, the service and one app.</para>
    /// </example>
    /// <example>
    /// <title>Stop a build early</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $null = Connect-Store -FromEnvironment -NoSignIn
    /// if (-not (Test-Store 9NBLGGH4R315 -Quiet)) { throw 'the Store is not ready' }
    /// </code>
    /// <para>Stops before the build if the release would fail after it. Name the app: an account that sees no app, or not this
    /// one, passes the other checks.</para>
    /// </example>
    [Cmdlet(VerbsDiagnostic.Test, "Store")]
    [OutputType(typeof(StoreCheck), typeof(bool))]
    public sealed class TestStore : StoreCmdlet
    {
        /// <summary>
        /// How long a check repeats a failed request, in seconds. It is short, because a check reports a failure of the
        /// service, while other cmdlets wait until the failure is over.
        /// </summary>
        private const int RetryTimeoutSeconds = 2;

        private bool passed;

        /// <summary>The connection to check. The default is the last one that Connect-Store made in this runspace.</summary>
        [Parameter(ValueFromPipeline = true)]
        [LiveConnection]
        public StoreConnection? Connection { get; set; }

        /// <summary>The ids of apps that the account must be able to see.</summary>
        [Parameter(Position = 0)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [NotBlank]
        public string[] AppId { get; set; } = new string[0];

        /// <summary>The time limit of all checks together, in seconds. The default is 60.</summary>
        [Parameter]
        [ValidateRange(1, int.MaxValue)]
        public int TimeoutSeconds { get; set; } = 60;

        /// <summary>Return only True or False: whether no check failed.</summary>
        [Parameter]
        public SwitchParameter Quiet { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => "the connection";

        /// <inheritdoc/>
        protected override void Process()
        {
            passed = true;
            CheckAll();
            if (Quiet)
            {
                WriteObject(passed);
            }
        }

        private void CheckAll()
        {
            if (!Check("Library", DescribeLibrary) || !Check("Connection", DescribeConnection))
            {
                return;
            }
            try
            {
                foreach (StoreCheck check in CheckService())
                {
                    Report(check);
                }
            }
            catch (StoreException exception)
            {
                // The time limit has passed, so there are no results of the single checks.
                Report(StoreCheck.Failed("Service", exception));
            }
        }

        private List<StoreCheck> CheckService()
        {
            StoreConnection connection = Connected();
            string[] ids = Array.ConvertAll(AppId, id => StoreIds.Trimmed(id)!);
            foreach (string name in Array.FindAll(ids, id => !IsStoreId(id)))
            {
                Report(StoreCheck.Failed("App " + name, new StoreException(
                    StoreStatus.Invalid, "app.not_store_id", name + " is a name, not the Store id of an app",
                    "give the id, such as 9NBLGGH4R315; `app.list` shows the ids of your apps")));
            }
            RequestText request = new RequestText().AddRaw("appIds", DocumentWriter.Write(Array.FindAll(ids, IsStoreId)).Json);
            request.Add("retryTimeoutSeconds", RetryTimeoutSeconds).Add("timeoutSeconds", TimeoutSeconds);
            Dictionary<string, string> result = JsonFields.Of(Run(connection.Client, "service.check", request));
            var checks = new List<StoreCheck>();
            if (StoreCheck.OfProxies(JsonFields.Items(JsonFields.Raw(result, "proxies") ?? "[]")) is StoreCheck proxies)
            {
                checks.Add(proxies);
            }
            foreach (string finding in JsonFields.Items(JsonFields.Raw(result, "findings") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(finding);
                if (JsonFields.Raw(fields, "credential") != null)
                {
                    connection.SetAccount(finding);
                }
                checks.Add(StoreCheck.Of(fields));
            }
            return checks;
        }

        /// <summary>Whether a text can be a Store id. The service answers 500 to any other, which reads as a failure of it.</summary>
        private static bool IsStoreId(string id) => id.All(c => (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));

        /// <summary>Runs one check of this module and reports it.</summary>
        /// <param name="name">The name of the check.</param>
        /// <param name="check">Returns the message of a passed check, and throws if it failed.</param>
        private bool Check(string name, Func<string> check)
        {
            StoreCheck result;
            try
            {
                result = StoreCheck.Passed(name, check());
            }
            catch (StoreException exception)
            {
                result = StoreCheck.Failed(name, exception);
            }
            catch (DllNotFoundException exception)
            {
                result = StoreCheck.Failed(name, new StoreException(
                    StoreStatus.Internal, "library.not_loaded", exception.Message, "install the module again, for this system"));
            }
            Report(result);
            return !result.HasFailed;
        }

        private void Report(StoreCheck check)
        {
            passed &= !check.HasFailed;
            if (!Quiet)
            {
                WriteObject(check);
            }
        }

        private StoreConnection Connected() => Connection ?? StoreConnection.Default ?? throw StoreConnection.Missing();

        private static string DescribeLibrary()
        {
            Dictionary<string, string> info = JsonFields.Of(StoreClient.Offline.Call("library.info"));
            return "version " + JsonFields.Text(info, "version") + " for "
                + JsonFields.Text(info, "system") + ", " + JsonFields.Text(info, "architecture");
        }

        private string DescribeConnection()
        {
            StoreConnection connection = Connected();
            if (!connection.IsOpen)
            {
                throw StoreConnection.Closed();
            }
            return "a connection to " + (connection.ServiceUrl ?? "the Microsoft Store");
        }
    }
}
