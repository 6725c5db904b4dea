using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Host;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Publishes a release: creates a draft, edits it, uploads files, commits it and waits.</summary>
    /// <remarks>
    /// <para>The cmdlet creates a draft, adds the packages and the release notes, applies further edits, uploads the files,
    /// commits the draft and waits as far as -Until says. Everything else in the submission stays unchanged, byte for byte;
    /// only a package rollout and a mandatory update are never inherited. Packages and edits are checked before anything is
    /// changed: Invoke-StoreOperation library.checks lists the rules.</para>
    /// <para>The same command can be run again, on any machine. It goes on with the draft of an interrupted run, waits for a
    /// submission that an earlier run has committed, and changes nothing if everything is published: the receipt says so in
    /// draft and changed. A draft of somebody else is refused; see -Draft.</para>
    /// <para>With -WhatIf, the cmdlet changes nothing and returns the plan with all edits. Ctrl+C cancels the release, but
    /// can't undo a commit that was sent; a warning names the draft that stays. The cmdlet prompts for confirmation; use
    /// -Confirm:$false on a build agent.</para>
    /// <para>A file can describe the release (-ReleasePath), so that all of it is in the repository.</para>
    /// <para>The question, the plan and the receipt say who gets the release, everybody or a flight, and what becomes of a
    /// pending submission. What the question says is done, or the release is refused (plan.changed).</para>
    /// <para>Many add-ons are published through a pipeline, such as the rows of a CSV file with the columns AddOnId and PriceId.
    /// Of the columns of a row those with the names AppId, FlightId, FlightName, AddOnId, SubmissionId, PriceId and Edit are taken;
    /// others, such as Rollout or Visibility, are not, and belong on the command line or into -Edit.
    /// From the second add-on on the releases of a connection share the list of add-ons, so that each takes five calls of the
    /// service. One that fails is an error and does not stop the others.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, the id of an app, a draft to add the release to, or a plan to
    /// carry out.</inputs>
    /// <outputs type="StoreShip.Receipt">What was done: submissionId, audience, draft, changed, status, url, packages,
    /// oldPackages, rollout, priceId, edits, findings, warnings, upload, draftHash, began, ended, steps with their durations and
    /// correlationIds. With -WhatIf, a StoreShip.Plan.</outputs>
    /// <example>
    /// <title>Publish a package with release notes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -PackagePath ./App.msix -ReleaseNotes @{ 'en-us' = 'Faster start'; 'default' = 'Startet schneller' } -Until processing -Confirm:$false
    /// </code>
    /// <para>Uploads a package and waits until the Store has accepted the submission for processing. If the command is
    /// interrupted, run it again.</para>
    /// </example>
    /// <example>
    /// <title>Look at a release, then carry out just that</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $release = @{ PackagePath = './App.msix'; ReleaseNotes = 'Faster start' }
    /// $plan = Publish-StoreSubmission 9NBLGGH4R315 @release -WhatIf
    /// $plan
    /// $plan | Publish-StoreSubmission @release -Confirm:$false
    /// </code>
    /// <para>The plan changes nothing. The release is refused if its plan is another one by then. Another job can read the plan
    /// from a file of ConvertTo-StoreJson.</para>
    /// </example>
    /// <example>
    /// <title>Publish what a file describes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission -ReleasePath ./store/release.json -WhatIf
    /// Publish-StoreSubmission -ReleasePath ./store/release.json -Confirm:$false
    /// </code>
    /// <para>The file names the app and has what the parameters say, for example { "appId": "9NBLGGH4R315", "packages":
    /// ["../out/*.msixupload"], "releaseNotesPath": "notes" }. docs/releases.md describes it.</para>
    /// </example>
    /// <example>
    /// <title>Publish to a flight</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -FlightName Insiders -PackagePath ./App.msix -Confirm:$false
    /// </code>
    /// <para>Gives the package to the groups of the flight.</para>
    /// </example>
    /// <example>
    /// <title>Edit other values</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $receipt = Publish-StoreSubmission 9NBLGGH4R315 -Visibility Hidden -Edit @{ '/listings/en-us/baseListing/keywords' = @('books', 'epub') } -NoCommit -Confirm:$false
    /// $receipt | Compare-StoreSubmission
    /// $receipt | Complete-StoreSubmission -Confirm:$false
    /// </code>
    /// <para>Creates a draft with two edits, shows them, and commits it unless it was changed since.</para>
    /// </example>
    /// <example>
    /// <title>Add a screenshot</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $image = @{ fileName = 'en-us/02.png'; fileStatus = 'PendingUpload'; imageType = 'Screenshot' }
    /// Publish-StoreSubmission 9NBLGGH4R315 -Edit @{ '/listings/en-us/baseListing/images/-' = $image } -File @{ 'en-us/02.png' = './02.png' } -Confirm:$false
    /// </code>
    /// <para>Uploads an image under the name that its entry in the submission has.</para>
    /// </example>
    /// <example>
    /// <title>Add a language</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $french = @{ '/listings/fr-fr/baseListing/description' = 'Lit des livres.' }
    /// Publish-StoreSubmission 9NBLGGH4R315 -AddLanguage fr-fr -TemplateLanguage en-us -Edit $french -ReleaseNotes @{ 'fr-fr' = 'Plus rapide.' } -Confirm:$false
    /// </code>
    /// <para>Copies the texts of the English listing to a French one, and changes the description and the release notes there.
    /// The Store asks for a screenshot in each language: see "Add a screenshot".</para>
    /// </example>
    /// <example>
    /// <title>Publish many add-ons</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Import-Csv addons.csv | Publish-StoreSubmission -Edit { @{ '/listings/en-us/title' = $_.Title } } -NoWait -Confirm:$false -ErrorAction Continue | Wait-StoreSubmission -ErrorAction Continue
    /// </code>
    /// <para>Publishes a title for each row of a file with the columns AddOnId and Title, then waits for all of them in one
    /// loop. A row that fails does not stop the others. The same command again does what is left.</para>
    /// </example>
    /// <example>
    /// <title>Give everybody what the testers of a flight have</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -FlightName Insiders -PackagePath ./App.msix -Until published -Confirm:$false | ConvertTo-StoreJson -Path ./receipt.json
    /// Publish-StoreSubmission 9NBLGGH4R315 -PackagePath ./App.msix -FromFlight Insiders -FromReceiptPath ./receipt.json -Confirm:$false
    /// </code>
    /// <para>Publishes a package to a flight, then to everybody. The second release is refused if the file is another one than
    /// that of the flight.</para>
    /// </example>
    /// <example>
    /// <title>Start a gradual rollout</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -PackagePath ./App.msix -Rollout 10 -Until published -Confirm:$false
    /// Set-StoreRollout 9NBLGGH4R315 -Percentage 50 -Confirm:$false
    /// </code>
    /// <para>Gives the package to 10 percent of the customers, then to 50. Complete-StoreRollout gives it to all,
    /// Stop-StoreRollout to no more.</para>
    /// </example>
    [Cmdlet(VerbsData.Publish, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.Receipt", "StoreShip.Plan")]
    public sealed partial class PublishStoreSubmission : TargetCmdlet
    {
        private protected override string? BoundSubmissionId => SubmissionId;

        private protected override string? BoundSummaryPath => SummaryPath;

        private protected override bool IsTargetElsewhere => ReleasePath != null;

        private protected override bool IsItemComplete => true;

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target();
            ids = ids.WithSubmission(NamedDraft(ids));
            RefuseContradictions();
            string? approved = PlanHash ?? (InputObject == null ? null : ObjectColumns.Member(InputObject, "planHash") as string);
            if (!IgnoreFailedChange)
            {
                RefuseFailedChange(ids, approved);
            }
            // A build agent neither asks nor previews, and pays for no plan.
            PSObject? plan = IsPreview ? Plan(ids, approved) : Asks ? PlanToAsk(ids, approved) : null;
            if (approved == null && InputObject != null && HasNothingToDo(InputObject))
            {
                RefuseWork(plan ?? Plan(ids, null));
            }
            string action = Action(ids, plan);
            if (ShouldProcess(action, action + "?", "Publish", out ShouldProcessReason reason))
            {
                // What was asked is what is done.
                approved = approved ?? (plan == null ? null : ObjectColumns.Member(plan, "planHash") as string);
                Publish(ids, approved);
            }
            else if (reason == ShouldProcessReason.WhatIf)
            {
                WriteObject(plan);
            }
        }

        /// <summary>Whether an object is a plan that creates and changes no draft. Such a plan has no hash.</summary>
        private static bool HasNothingToDo(PSObject plan)
        {
            object? draft = ObjectColumns.Member(plan, "draft");
            bool isReceipt = ObjectColumns.Member(plan, "changed") != null;
            return ("none".Equals(draft) || "wait".Equals(draft)) && ObjectColumns.Member(plan, "audience") != null && !isReceipt;
        }

        /// <summary>Refuses to do something where a plan with nothing to do was approved.</summary>
        private static void RefuseWork(PSObject? plan)
        {
            if (plan == null || !HasNothingToDo(plan))
            {
                throw new StoreException(
                    StoreStatus.Protected, "plan.changed", "the plan that was approved has nothing to do, and the release has",
                    "look at the new plan (-WhatIf); then publish with its planHash as -PlanHash");
            }
        }

        /// <summary>Refuses a draft that the release would be added to and whose last change failed.</summary>
        private void RefuseFailedChange(StoreIds ids, string? approved)
        {
            if (ids.HasTarget && (ids.SubmissionId != null || Word(nameof(Draft), Draft) == "adopt"))
            {
                FailedChanges.Refuse(Service, ids, InputObject);
            }
            else if (ReleasePath != null && FailedChanges.Any(Service)
                && Plan(ids, approved) is PSObject plan && "adopt".Equals(ObjectColumns.Member(plan, "draft")))
            {
                // The file names the draft.
                FailedChanges.Refuse(Service, StoreObject.Ids(plan), InputObject);
            }
        }

        private void Publish(StoreIds ids, string? approved)
        {
            string json = Run("publish", WithSummary(Request(ids, approved)));
            PSObject receipt = Described(Result(json, "StoreShip.Receipt"));
            if (!JsonFields.Of(json).ContainsKey("skipped"))
            {
                FailedChanges.Forget(Service, StoreObject.Ids(receipt).WithSubmission(null));
            }
            SidecarRegistry.ForgetUnlessCurrent(StoreObject.Ids(receipt), null);
            if ("Manual".Equals(ObjectColumns.Member(ObjectColumns.Member(receipt, "reached"), "publishMode")) && ObjectColumns.Resting(receipt) is string resting)
            {
                WriteWarning(StoreObject.Ids(receipt) + " is certified and " + resting);
            }
            WriteObject(receipt);
        }

        /// <summary>
        /// The plan for the question, or null without a network: where nobody can answer, the question tells that first.
        /// </summary>
        private PSObject? PlanToAsk(StoreIds ids, string? approved)
        {
            try
            {
                return Plan(ids, approved);
            }
            catch (StoreException exception) when (exception.Status == StoreStatus.Network)
            {
                return null;
            }
        }

        /// <summary>The plan; null if it can't be made while the release waits or is skipped for another submission.</summary>
        private PSObject? Plan(StoreIds ids, string? approved)
        {
            try
            {
                // A plan that is only asked about is not one of the job, also if a file names its summary.
                RequestText request = Request(ids, approved);
                string json = Run("publish.plan", IsPreview ? WithSummary(request) : request.Add("summaryPath", ""));
                return Described(StoreObject.FromResult(json, "StoreShip.Plan", ResultIds.WithSubmission(null)));
            }
            catch (StoreException exception) when (
                !IsPreview && (Word(nameof(Busy), Busy) ?? (ReleasePath == null ? "refuse" : null)) != "refuse"
                && (exception.Code == "submission.pending_exists" || exception.Code == "submission.busy" || exception.Code == "submission.left_for_review" || exception.Code == "flight.first_draft"))
            {
                return null;
            }
        }

        /// <summary>Adds the edits and the ids.</summary>
        private PSObject Described(PSObject result) => EditReport.AddMeta(result, Meta);

        private RequestText WithSummary(RequestText request) =>
            request.Add("summaryPath", SummaryPath == null ? null : FilePath(SummaryPath));

        /// <summary>
        /// The draft that is named. What is published or underway names its product only, and so does anything where -Draft
        /// says what to do with a draft.
        /// </summary>
        private string? NamedDraft(StoreIds ids)
        {
            if (IsTyped(nameof(SubmissionId)) || InputObject == null || InputObject.BaseObject is string)
            {
                return ids.SubmissionId;
            }
            bool isPlan = ObjectColumns.Member(InputObject, "planHash") != null;
            bool isNoDraft = ObjectColumns.Member(InputObject, "status") is string status && status != "PendingCommit";
            return isPlan || isNoDraft || (Word(nameof(Draft), Draft) ?? "adopt") != "adopt" ? null : ids.SubmissionId;
        }

        /// <summary>What the release does, first to a pending submission.</summary>
        private string Action(StoreIds ids, PSObject? plan)
        {
            StoreIds target = (plan == null ? ids : StoreObject.Ids(plan)).WithSubmission(null);
            var files = new List<string>();
            if (ReleasePath != null)
            {
                files.Add(ReleasePath);
            }
            files.AddRange(PackagePath ?? new string[0]);
            bool leaves = plan == null ? NoCommit || LeavePriceToPartnerCenter : false.Equals(ObjectColumns.Member(plan, "commit"));
            string release = (files.Count == 0 ? "" : " " + string.Join(", ", files))
                + (target.HasTarget
                    ? " for " + target.WithFlight(null) + " to " + Share(plan) + Audience.Of(target) + PlanText.Consequences(plan)
                    : " for the product that it names")
                + (leaves ? ", but leave the draft uncommitted" : "");
            string pending = "submission " + ViewText.Line(plan == null ? null : ObjectColumns.Member(plan, "pendingSubmissionId") as string);
            switch (plan == null ? null : ObjectColumns.Member(plan, "draft"))
            {
                case "replace":
                    return "Delete pending " + pending + " of " + target + ", then publish" + release;
                case "adopt":
                    return "Add to pending " + pending + " of " + target + ", then publish" + release;
                case "resume":
                    return "Go on with " + pending + ", the draft of an earlier run, then publish" + release;
                case "resume an interrupted create":
                    return "Go on with " + pending + ", the draft of an interrupted create, then publish" + release;
                case "wait":
                    return "Wait for " + pending + ", which an earlier run has committed, to publish" + release;
                case "none":
                    return "Do nothing, because everything is published already, to publish" + release;
                case null when (Word(nameof(Busy), Busy) ?? "refuse") == "wait":
                    return "Wait until no other submission is pending, then publish" + release;
                case null when (Word(nameof(Busy), Busy) ?? "refuse") == "skip":
                    return "If no other submission is pending, publish" + release;
                default:
                    return "Publish" + release;
            }
        }

        /// <summary>The share of the customers in the question. The plan also has the rollout of a file.</summary>
        private string Share(PSObject? plan)
        {
            object? rollout = plan == null ? Rollout : ObjectColumns.Member(plan, "rollout");
            return rollout == null ? "" : NumberText.Of(LanguagePrimitives.ConvertTo<double>(rollout)) + " % of ";
        }

        /// <summary>Says which draft stays. No stream takes anything after Ctrl+C, so the host is told.</summary>
        private protected override void Stopped(StoreJob job)
        {
            string? left = "a draft may be left";
            try
            {
                job.Response();
            }
            catch (StoreException exception)
            {
                Dictionary<string, string>? found = JsonFields.Items(exception.DetailsJson ?? "[]").ConvertAll(JsonFields.Of)
                    .FindLast(detail => JsonFields.Text(detail, "code") == "Committed" || JsonFields.Text(detail, "code") == "Draft");
                left = found == null ? null : JsonFields.Text(found, "message");
            }
            catch (InvalidOperationException)
            {
                // The job did not end in time.
            }
            if (left == null)
            {
                return;
            }
            string? policy = Word(nameof(Draft), Draft) ?? (ReleasePath == null ? "resume" : null);
            bool goesOn = policy == "resume" || policy == "adopt";
            try
            {
                Host?.UI?.WriteWarningLine("cancelled: " + ViewText.Line(left) + (goesOn ? "; the same command goes on with it" : ""));
            }
            catch (Exception exception) when (exception is HostException || exception is NotImplementedException || exception is PipelineStoppedException)
            {
                // A host without an output.
            }
        }
    }
}
