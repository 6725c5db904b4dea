using System;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace StoreShip.Cmdlets
{
    /// <content>The prompt for confirmation.</content>
    public abstract partial class StoreCmdlet
    {
        /// <summary>Whether to do an action: yes without -WhatIf and with the consent of the user, if it is asked for.</summary>
        /// <exception cref="StoreException">Nobody can answer (<c>confirmation.unanswered</c>).</exception>
        private protected new bool ShouldProcess(string target, string action) => 
            Asked(() => base.ShouldProcess(target, action), action + ": " + target + "?");

        /// <inheritdoc cref="ShouldProcess(string, string)"/>
        private protected new bool ShouldProcess(string description, string question, string caption, out ShouldProcessReason reason)
        {
            ShouldProcessReason found = ShouldProcessReason.None;
            bool yes = Asked(() => base.ShouldProcess(description, question, caption, out found), question);
            reason = found;
            return yes;
        }

        /// <summary>Whether the cmdlet runs with -WhatIf.</summary>
        private protected bool IsPreview =>
            MyInvocation.BoundParameters.TryGetValue("WhatIf", out object given)
                ? LanguagePrimitives.IsTrue(given)
                : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

        /// <summary>Whether a cmdlet whose impact is high asks before it acts.</summary>
        private protected bool Asks =>
            MyInvocation.BoundParameters.TryGetValue("Confirm", out object given)
                ? LanguagePrimitives.IsTrue(given)
                : !string.Equals(Convert.ToString(GetVariableValue("ConfirmPreference")), "None", StringComparison.OrdinalIgnoreCase);

        /// <summary>
        /// Asks, and tells how to go on where nobody can answer: with -NonInteractive, in a host without prompts, and at the
        /// end of a redirected input, for which the host of PowerShell has no exception of its own.
        /// </summary>
        private bool Asked(Func<bool> ask, string question)
        {
            try
            {
                return ask();
            }
            catch (Exception exception) when (
                exception is InvalidOperationException || exception is HostException
                || exception is NotImplementedException || exception is NullReferenceException)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "confirmation.unanswered",
                    "nobody can answer \"" + question + "\": -Confirm:$false skips the question",
                    "add -Confirm:$false to " + MyInvocation.MyCommand.Name + ", or run it at a prompt");
            }
        }
    }
}
