using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>Refuses an id that is null, empty or blank, in a parameter that the pipeline does not bind.</summary>
    public sealed class NotBlankAttribute : ValidateEnumeratedArgumentsAttribute
    {
        /// <inheritdoc/>
        protected override void ValidateElement(object element)
        {
            object? bare = element is PSObject wrapper ? wrapper.BaseObject : element;
            if (string.IsNullOrWhiteSpace(bare as string))
            {
                throw new ValidationMetadataException("an id is empty or blank");
            }
        }
    }
}
