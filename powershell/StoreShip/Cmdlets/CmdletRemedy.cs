using System.Text;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Rewrites the remedy of an error for users of the cmdlets: operations and fields of the library become cmdlets and
    /// parameters.
    /// </summary>
    internal static class CmdletRemedy
    {
        /// <summary>Pairs of a text of the library and its replacement, applied in this order.</summary>
        private static readonly string[,] Replacements =
        {
            { "publish with `draft` set to `adopt`, which adds the release to it, or to `replace`, which deletes it; or with `busy` set to `wait`", "use Publish-StoreSubmission with -Draft adopt, which adds the release to it, or with -Draft replace, which deletes it; or with -Busy wait" },
            { "submit it in Partner Center; or publish with `priceId` and with `draft` set to `replace`", "submit it in Partner Center; or use Publish-StoreSubmission with -LeavePriceToPartnerCenter and -Draft replace, which deletes it and makes another one for Partner Center; or use Publish-StoreSubmission with -PriceId and -Draft replace" },
            { "publish with `priceId` and with `draft` set to `replace`", "use Publish-StoreSubmission with -PriceId and -Draft replace" },
            { "publish with `priceLeftToPartnerCenter`", "use Publish-StoreSubmission with -LeavePriceToPartnerCenter" },
            { "publish with `draft` set to `replace`", "use Publish-StoreSubmission with -Draft replace" },
            { "with `draft` set to `replace`", "with -Draft replace" },
            { "publish again when it has ended, or with `busy` set to `wait`", "publish again when it has ended, or with -Busy wait" },
            { "wait until it is published (`busy` set to `wait`)", "wait until it is published (-Busy wait)" },
            { "name it with `submissionId` to add the release to it", "name it with -SubmissionId to add the release to it" },
            { "publish with `submissionId` to keep them", "publish with -SubmissionId to keep them" },
            { "look at the new plan (`publish.plan`); then publish with its `planHash`", "look at the new plan (-WhatIf); then publish with its planHash as -PlanHash" },
            { "look at the draft as it is now (`submission.get`); then commit with the `draftHash` of the details, or without one", "look at the draft as it is now (Compare-StoreSubmission); then commit with the DraftHash of the message as -DraftHash, or name the draft without its receipt" },
            { "or set `missingLanguages` to `skip`", "or use -MissingLanguages skip" },
            { "publish with `draft` set to `adopt`", "use Publish-StoreSubmission with -Draft adopt" },
            { "`publish.plan`", "Publish-StoreSubmission -WhatIf" },
            { "publish with `openRollout` set to `finalize`, which gives its packages to all customers, or to `halt`, which", "use Publish-StoreSubmission with -OpenRollout finalize, which gives its packages to all customers, or with -OpenRollout halt, which" },
            { "convert into another folder, or replace the files with `replace`", "convert into another folder, or replace the files with -Force" },
            // A cmdlet resolves paths before the library sees them, so this advice does not apply.
            { "; it is relative to the current folder of the process", "" },
            { "give the receipt of the flight's release, saved as JSON", "give the receipt of the flight's release, saved by ConvertTo-StoreJson -Path, which keeps all of it" },
            { "the details name each place and its remedy", "the message names each place with its remedy" },
            { "lift the guard by its name", "lift the guard by its name with -Force" },
            { "correct the field that the message names", "correct the parameter that the message names" },
            { "set /pricing/priceId to the product's tier", "set pricing.priceId to the product's tier" },
            { "set `Free`", "set Free" },
            { "`priceId` of `publish`, such as Tier2", "-PriceId of Publish-StoreSubmission, such as -PriceId Tier2" },
            { "allow the rule by its id with `allow`", "allow the rule by its id with -Allow" },
            // An address with a password is refused.
            { "put user name and password into `proxy` (Basic authentication), and", "give the user and the password of the proxy as -ProxyCredential (Basic authentication is the only kind), and" },
            { "`http://host:port`, `http://user:password@host:port` or `host:port`; a Windows user is `DOMAIN\\user`; write `@`, `/`, `?`, `#` and `%` in user and password as %40, %2F, %3F, %23 and %25", "http://host:port or host:port; user and password belong into -ProxyCredential" },
            {
                "a submission with `isPackageRollout` true is published",
                "a release of Publish-StoreSubmission with -Rollout, such as -Rollout 10, is published"
            },
            { "`library.operations`", "Invoke-StoreOperation library.operations" },
            { "`app.list` shows the ids of your apps", "Get-StoreApp shows the ids of your apps; an add-on is named with -AddOnId" },
            { "`app.list`", "Get-StoreApp" },
            { "`app.get`", "Get-StoreApp" },
            { "`app.flights`", "Get-StoreFlight" },
            { "`add_on.list`", "Get-StoreAddOn" },
            { "`submission.create`", "New-StoreSubmission" },
            { "`submission.status`", "Get-StoreSubmissionStatus" },
            { "`submission.update`", "Set-StoreSubmission" },
            { "`submission.commit`", "Complete-StoreSubmission" },
            { "`submission.wait`", "Wait-StoreSubmission" },
            { "`rollout.get`", "Get-StoreRollout" },
            { "`rollout.ramp`", "Set-StoreRollout with -Step" },
            { "`rollout.finalize`", "Complete-StoreRollout" },
            { "`rollout.halt`", "Stop-StoreRollout" },
            { "`package.inspect`", "Get-StorePackage" },
            { "`appId`", "-AppId" },
            { "`appName`", "-AppName" },
            { "`flightId`", "-FlightId" },
            { "`flightName`", "-FlightName" },
            { "`addOnId`", "-AddOnId" },
            { "`submissionId`", "-SubmissionId" },
            { "`allowFree`", "-AllowFree" },
            { "`allowBusy`", "-AllowBusy" },
            { "`edits`", "-Edit" },
            { "`addLanguages`", "-AddLanguage" },
            { "`templateLanguage`", "-TemplateLanguage" },
            { "`timeoutSeconds`", "-TimeoutSeconds" },
            { "`allowHttpHosts`", "-AllowHttpHost" },
            { "`blobHosts`", "-BlobHost" },
            { "`caFile`", "-CertificateAuthorityPath" },
            { "`proxy`", "-Proxy" },
            { "`certificatePassword`", "-CertificatePassword" },
            { "`certificate`", "-CertificateText" },
            { "`assertion` of a credential with the type `assertion`", "-ClientAssertion" },
            { "the program's path as `command`", "the program's path as -AzureCliPath" },
        };

        /// <summary>The remedy with the names of cmdlets and parameters; null stays null.</summary>
        /// <param name="remedy">The remedy of the library.</param>
        internal static string? Translate(string? remedy)
        {
            if (remedy == null)
            {
                return null;
            }
            var text = new StringBuilder(remedy);
            for (int i = 0; i < Replacements.GetLength(0); i++)
            {
                text.Replace(Replacements[i, 0], Replacements[i, 1]);
            }
            return text.ToString();
        }
    }
}
