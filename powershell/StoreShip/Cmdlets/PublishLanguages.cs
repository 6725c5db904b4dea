using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <content>The languages that a release adds.</content>
    public sealed partial class PublishStoreSubmission
    {
        /// <summary>
        /// Languages that the submission gets a listing in, such as fr-fr, before release notes and edits that need it: a copy of
        /// the texts of -TemplateLanguage, without its images. A language that has a listing already keeps it. The letter case
        /// does not matter; in the pointers of -Edit a new language is in lower case.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? AddLanguage { get; set; }

        /// <summary>The language whose listing -AddLanguage copies. By default the only one beside those that are added.</summary>
        [Parameter]
        [NotBlank]
        public string? TemplateLanguage { get; set; }

        private void AddLanguages(RequestText request)
        {
            request.AddRaw("addLanguages", AddLanguage == null ? null : DocumentWriter.Write(AddLanguage).Json);
            request.Add("templateLanguage", TemplateLanguage);
        }
    }
}
