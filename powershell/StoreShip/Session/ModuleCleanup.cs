using System.Management.Automation;
using StoreShip.Emulation;

namespace StoreShip.Session
{
    /// <summary>Releases what the module holds when it is removed from a runspace.</summary>
    public sealed class ModuleCleanup : IModuleAssemblyCleanup
    {
        /// <summary>Closes the default connection and stops the emulators of this runspace.</summary>
        /// <param name="psModuleInfo">This module.</param>
        public void OnRemove(PSModuleInfo psModuleInfo)
        {
            StoreConnection.Default?.Close();
            StoreConnection.Default = null;
            RunningEmulators.StopAll();
        }
    }
}
