using System.Collections;
using System.IO;
using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Takes the objects of Get-ChildItem as paths. The binder would take their text, which is only the name of the file on
    /// Windows PowerShell.
    /// </summary>
    internal sealed class PathsAttribute : ArgumentTransformationAttribute
    {
        /// <inheritdoc/>
        public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
        {
            object? bare = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
            if (bare is FileSystemInfo file)
            {
                return file.FullName;
            }
            if (!(bare is IList list))
            {
                return inputData;
            }
            var paths = new object?[list.Count];
            for (int i = 0; i < paths.Length; i++)
            {
                paths[i] = (list[i] is PSObject item ? item.BaseObject : list[i]) is FileSystemInfo of ? of.FullName : list[i];
            }
            return paths;
        }
    }
}
