using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Rewrites what an error of the library says of its request: the user of a cmdlet has parameters in place of fields.
    /// </summary>
    internal sealed class RequestWords
    {
        /// <summary>
        /// The fields whose parameter has another name. Other fields are named like their parameter. Of several parameters,
        /// the one on the command line is meant.
        /// </summary>
        private static readonly Dictionary<string, string[]> Parameters = new Dictionary<string, string[]>
        {
            ["packages"] = new[] { "PackagePath" },
            ["files"] = new[] { "Path", "File" },
            ["steps"] = new[] { "Step" },
            ["edits"] = new[] { "Edit", "RemovePointer" },
            ["groupIds"] = new[] { "GroupId" },
            ["appIds"] = new[] { "AppId" },
            ["productIds"] = new[] { "ProductId" },
            ["blobHosts"] = new[] { "BlobHost" },
            ["allowHttpHosts"] = new[] { "AllowHttpHost" },
            ["caFile"] = new[] { "CertificateAuthorityPath" },
            ["releaseNotes"] = new[] { "ReleaseNotes", "ReleaseNotesPath" },
            ["listing"] = new[] { "ListingPath", "Path" },
            ["removeLanguages"] = new[] { "RemoveLanguage" },
            ["until"] = new[] { "Until", "NoWait" },
            ["commit"] = new[] { "NoCommit" },
            ["addLanguages"] = new[] { "AddLanguage" },
            ["priceLeftToPartnerCenter"] = new[] { "LeavePriceToPartnerCenter" },
        };

        /// <summary>The message on a field that the kind of product does not have.</summary>
        private static readonly Regex Misplaced = new Regex(@"^(.*) \(at (/\w+)\)$");

        private readonly InvocationInfo invocation;

        /// <param name="invocation">The invocation of the cmdlet whose error it is.</param>
        internal RequestWords(InvocationInfo invocation) => this.invocation = invocation;

        /// <summary>The parameter of a field, with its dash and as the user typed it; null if the cmdlet has none.</summary>
        internal string? Parameter(string field)
        {
            Dictionary<string, ParameterMetadata>? known = invocation.MyCommand?.Parameters;
            if (known == null || field.Length == 0)
            {
                return null;
            }
            string[] names = Parameters.TryGetValue(field, out string[] found)
                ? found
                : new[] { char.ToUpperInvariant(field[0]) + field.Substring(1) };
            // With a file, a field that has no parameter on the command line is one of the file.
            bool isOfFile = invocation.BoundParameters.ContainsKey("ReleasePath");
            string? name = names.FirstOrDefault(invocation.BoundParameters.ContainsKey) ?? (isOfFile ? null : names.FirstOrDefault(known.ContainsKey));
            return name == null ? null : ParameterNames.AsTyped(invocation, name);
        }

        /// <summary>The parameter of a place in the request, such as <c>/edits/0</c>; null if the cmdlet has none.</summary>
        internal string? ParameterAt(string? pointer) =>
            pointer != null && pointer.StartsWith("/", StringComparison.Ordinal) ? Parameter(pointer.Split('/')[1]) : null;

        /// <summary>A message with the parameters of the cmdlet.</summary>
        internal string Message(string text)
        {
            text = Regex.Replace(
                text, @"^the request can't be read at (/[^:]*): ", match => ParameterAt(match.Groups[1].Value) is string parameter ? parameter + ": " : match.Value);
            text = Regex.Replace(text, @"^`[a-z_.]+` (?=did not end within )", invocation.MyCommand.Name + " ");
            return IsOfFile(text) ? text : Fields(Misplaced.Replace(text, match => ParameterAt(match.Groups[2].Value) is string parameter ? parameter + ": " + match.Groups[1].Value : match.Value));
        }

        /// <summary>A remedy with the parameters of the cmdlet.</summary>
        /// <param name="remedy">The remedy.</param>
        /// <param name="message">The message of the library.</param>
        /// <param name="parameter">The parameter that the error is about; null if there is none, or several.</param>
        internal string? Remedy(string? remedy, string message, string? parameter)
        {
            if (remedy == null)
            {
                return null;
            }
            if (parameter != null)
            {
                remedy = remedy.Replace("correct the value at the place that the details name", ParameterRemedies.Of(message, parameter));
                remedy = Regex.Replace(remedy, "^add the field; .*", "give " + parameter);
            }
            return IsOfFile(message) ? remedy : Fields(remedy);
        }

        /// <summary>Whether a message is about the fields of a release file, which are no parameters.</summary>
        internal static bool IsOfRelease(string message) => message.Contains(": the release can't be read at ");

        private static bool IsOfFile(string message) => IsOfRelease(message) || message.Contains(" is no receipt of a release: ");

        /// <summary>Replaces the names of fields in backticks, but not those of members of a document.</summary>
        private string Fields(string text) =>
            Regex.Replace(text, "`([a-z][A-Za-z]*)`(?! of the service)", match => Parameter(match.Groups[1].Value) ?? match.Value);
    }
}
