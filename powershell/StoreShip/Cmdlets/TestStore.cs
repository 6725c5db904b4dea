using System;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Checks whether everything is in place to work with the Store, and says what is missing.</summary>
    /// <remarks>
    /// <para>It signs in, calls the service and the storage, and returns one object for each check: Library, Connection,
    /// SignIn, Service, App for each app that is named, Clock and UploadHost. A failed check says what is wrong in one
    /// sentence and what to do about it: a wrong or expired secret, an unknown client or tenant, an application that is
    /// not associated with the Partner Center account or has not the Manager role, a token for another service, a clock
    /// that is more than five minutes off, an app that is not visible, a proxy in the way, a service or a storage that
    /// can't be reached. It changes nothing, and a failed check is no error.</para>
    /// <para>Connect-Store fails when it can't sign in; with -NoSignIn it makes the connection all the same, and
    /// Test-Store tells what is wrong with it.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreConnection">A connection.</inputs>
    /// <outputs type="StoreShip.StoreCheck">A check: Check, Result (Passed, Failed or NotChecked), Message, Remedy; of a
    /// failed one Code and Exception too. With -Quiet True when no check failed.</outputs>
    /// <example>
    /// <title>What is wrong</title>
    /// <code>
    /// $null = Connect-Store -FromEnvironment -NoSignIn
    /// Test-Store -AppId 9NBLGGH4R315 | Format-List
    /// </code>
    /// <para>Checks the credential of the environment, the service and one app.</para>
    /// </example>
    /// <example>
    /// <title>End a build early</title>
    /// <code>
    /// $null = Connect-Store -FromEnvironment -NoSignIn
    /// if (-not (Test-Store -Quiet)) { throw 'the Store is not ready' }
    /// </code>
    /// <para>Stops before the build when the release could not be made afterwards.</para>
    /// </example>
    [Cmdlet(VerbsDiagnostic.Test, "Store")]
    [OutputType(typeof(StoreCheck), typeof(bool))]
    public sealed class TestStore : StoreCmdlet
    {
        private bool passed;

        /// <summary>The connection to check. Without it, the last one that Connect-Store made in this runspace.</summary>
        [Parameter(ValueFromPipeline = true)]
        public StoreConnection? Connection { get; set; }

        /// <summary>Apps that must be visible to this account.</summary>
        [Parameter(Position = 0)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [ValidateNotNullOrEmpty]
        public string[] AppId { get; set; } = new string[0];

        /// <summary>The longest time that the checks may take, in seconds; 60 without it.</summary>
        [Parameter]
        [ValidateRange(1, int.MaxValue)]
        public int TimeoutSeconds { get; set; } = 60;

        /// <summary>Return only whether no check failed.</summary>
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
            if (!Check("Library", Library) || !Check("Connection", Describe))
            {
                return;
            }
            try
            {
                Tell(Findings());
            }
            catch (StoreException exception)
            {
                // It looks at nothing more when its time has run out.
                Tell(StoreCheck.Failed("Service", exception));
            }
        }

        private List<StoreCheck> Findings()
        {
            StoreConnection connection = Connected();
            RequestText request = new RequestText().AddRaw("appIds", DocumentWalker.Walk(AppId).Json);
            string result = Run(connection.Probe, "service.check", request.Add("timeoutSeconds", (long)TimeoutSeconds));
            var checks = new List<StoreCheck>();
            foreach (string finding in JsonFields.Items(JsonFields.Raw(JsonFields.Of(result), "findings") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(finding);
                if (JsonFields.Raw(fields, "credential") != null)
                {
                    connection.SignedIn(finding);
                }
                checks.Add(StoreCheck.Of(fields));
            }
            return checks;
        }

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
            Tell(result);
            return !result.HasFailed;
        }

        private void Tell(List<StoreCheck> checks)
        {
            foreach (StoreCheck check in checks)
            {
                Tell(check);
            }
        }

        private void Tell(StoreCheck check)
        {
            passed &= !check.HasFailed;
            if (!Quiet)
            {
                WriteObject(check);
            }
        }

        private StoreConnection Connected() => Connection ?? StoreConnection.Default ?? throw StoreConnection.Missing();

        private static string Library()
        {
            Dictionary<string, string> info = JsonFields.Of(StoreClient.Offline.Call("library.info"));
            return "version " + JsonFields.Text(info, "version") + " for "
                + JsonFields.Text(info, "system") + ", " + JsonFields.Text(info, "architecture");
        }

        private string Describe()
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
