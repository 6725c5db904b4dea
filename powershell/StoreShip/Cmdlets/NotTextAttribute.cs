using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Says what to write in place of a text that a parameter can't take. The binder would only say that it can't convert
    /// one type to another. The message never contains the text, which may be a secret.
    /// </summary>
    internal sealed class NotTextAttribute : ArgumentTransformationAttribute
    {
        internal const string Notes = "a text needs its language: write @{ 'en-us' = 'Faster start' }";

        internal const string Secret = "a secret is not taken as plain text: make a SecureString with Read-Host -AsSecureString, or use ";

        private readonly string remedy;

        internal NotTextAttribute(string remedy) => this.remedy = remedy;

        /// <inheritdoc/>
        public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
        {
            object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
            return value is string ? throw new ArgumentTransformationMetadataException(remedy) : inputData;
        }
    }
}
