using System.Linq;
using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Says of the copy of a connection, which a job, a remote session or CLIXML makes, that it is none. The binder would
    /// only say that it can't convert one type to another.
    /// </summary>
    internal sealed class LiveConnectionAttribute : ArgumentTransformationAttribute
    {
        /// <inheritdoc/>
        public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
        {
            if (inputData is PSObject value && value.TypeNames.Any(name => name.StartsWith("Deserialized.", System.StringComparison.Ordinal)))
            {
                throw new ArgumentTransformationMetadataException(
                    "a connection can't leave its process, and this is a copy from another process. Run Connect-Store in the job or the "
                    + "remote session, or use ForEach-Object -Parallel or Start-ThreadJob, which run in the process of the connection");
            }
            return inputData;
        }
    }
}
