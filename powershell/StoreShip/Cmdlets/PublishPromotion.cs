using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <content>The flight that a release promotes.</content>
    public sealed partial class PublishStoreSubmission
    {
        /// <summary>
        /// The flight whose packages these are, by its id or its name, for a release of the app. The release is refused if no
        /// package of the flight's published submission has their full name.
        /// </summary>
        [Parameter]
        [NotBlank]
        public string? FromFlight { get; set; }

        /// <summary>
        /// The path of the receipt of the flight's release, as ConvertTo-StoreJson writes it. The release is also refused if size
        /// or SHA-256 of a package are others.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? FromReceiptPath { get; set; }

        private void Promote(RequestText request)
        {
            request.Add("fromFlight", FromFlight);
            request.Add("fromReceiptPath", FromReceiptPath == null ? null : FilePath(FromReceiptPath));
        }
    }
}
